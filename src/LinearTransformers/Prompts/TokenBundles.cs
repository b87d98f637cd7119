using System.Numerics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts;

/// <summary>
/// The tokens of a batch with prompts side by side in bundles, for models that look at each of them: Z row by row, d covariates and
/// the label, a zero in place of the query's, and then the query's label.
/// </summary>
/// <typeparam name="T">float (bundles of 16) or double (bundles of 8).</typeparam>
public sealed unsafe class TokenBundles<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly AlignedBuffer<T> _memory;

    /// <summary>Room for batches of this size; nothing in it yet.</summary>
    public TokenBundles(int batchSize, int contextLength, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (BatchSize, ContextLength, Dimension) = (batchSize, contextLength, dimension);
        Bundles = (batchSize + Lanes - 1) / Lanes;
        _memory = new((long)Bundles * Lanes * Stride);
    }

    /// <summary>B.</summary>
    public int BatchSize { get; }

    /// <summary>N.</summary>
    public int ContextLength { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>Bundles; lanes beyond the last prompt hold zeros.</summary>
    internal int Bundles { get; }

    /// <summary>Entries of a prompt: (N + 1)(d + 1), and the query's label.</summary>
    internal int Stride => ((ContextLength + 1) * (Dimension + 1)) + 1;

    internal T* Pointer => _memory.Pointer;

    private static int Lanes => typeof(T) == typeof(float) ? SingleLanes.Count
        : typeof(T) == typeof(double) ? DoubleLanes.Count
        : throw new NotSupportedException($"tokens are kept in float or double, not {typeof(T)}");

    /// <summary>Lays the tokens of a batch side by side.</summary>
    /// <param name="batch">Of this size, context length and dimension.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public void Fill(PromptBatch batch, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!Fits(batch))
        {
            throw new ArgumentException($"a batch of {batch.Settings.BatchSize} prompts of {batch.Settings.ContextLength} examples in {batch.Settings.Dimension} dimensions does not fit {BatchSize} of {ContextLength} in {Dimension}");
        }

        if (team is null)
        {
            for (int bundle = 0; bundle < Bundles; bundle++)
            {
                FillBundle(batch, bundle);
            }
        }
        else
        {
            team.For(Bundles, bundle => FillBundle(batch, bundle));
        }

        GC.KeepAlive(batch);
        GC.KeepAlive(this);
    }

    /// <summary>From prompts in the published layout: Z [B, N + 1, d + 1] and y [B].</summary>
    public static TokenBundles<T> FromTokens(ReadOnlySpan<T> z, ReadOnlySpan<T> y, int batchSize, int contextLength, int dimension)
    {
        TokenBundles<T> bundles = new(batchSize, contextLength, dimension);
        int length = bundles.Stride - 1;
        if (z.Length != batchSize * length || y.Length != batchSize)
        {
            throw new ArgumentException($"{z.Length} tokens' entries and {y.Length} labels do not fit {batchSize} prompts of {length} entries");
        }

        for (int b = 0; b < batchSize; b++)
        {
            T* prompt = bundles.Pointer + (((long)(b / Lanes) * bundles.Stride * Lanes) + (b % Lanes));
            for (int i = 0; i < length; i++)
            {
                prompt[i * Lanes] = z[(b * length) + i];
            }

            prompt[length * Lanes] = y[b];
        }

        GC.KeepAlive(bundles);
        return bundles;
    }

    /// <summary>Whether a batch is of this size, context length and dimension.</summary>
    internal bool Fits(PromptBatch batch)
        => batch.Settings.BatchSize == BatchSize && batch.Settings.ContextLength == ContextLength && batch.Settings.Dimension == Dimension;

    private void FillBundle(PromptBatch batch, int bundle)
    {
        int d = Dimension;
        int n = ContextLength;
        int lanes = Lanes;
        T* entries = Pointer + ((long)bundle * Stride * lanes);
        int prompts = Math.Min(lanes, BatchSize - (bundle * lanes));
        Span<float> x = stackalloc float[d];
        Span<float> w = stackalloc float[d];
        for (int lane = 0; lane < prompts; lane++)
        {
            long b = ((long)bundle * lanes) + lane;
            if (!batch.HasExplicitLabels)
            {
                batch.MapTask(b, w);
            }

            for (int token = 0; token <= n; token++)
            {
                batch.MapCovariate(b, token, x);
                float label = 0;
                for (int i = 0; i < d; i++)
                {
                    entries[((((token * (d + 1)) + i) * lanes) + lane)] = T.CreateTruncating(x[i]);
                    label = MathF.FusedMultiplyAdd(w[i], x[i], label);
                }

                if (batch.HasExplicitLabels)
                {
                    label = batch.Labels[(b * (n + 1)) + token];
                }

                entries[((((token * (d + 1)) + d) * lanes) + lane)] = token < n ? T.CreateTruncating(label) : T.Zero;
                if (token == n)
                {
                    entries[((Stride - 1) * lanes) + lane] = T.CreateTruncating(label);
                }
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// Statistics of normal prompts of the native stream, and no tokens. For standard normal x_1 … x_N, N G = Σ x xᵀ has Wishart's
/// distribution, and that of Rᵀ R, by Bartlett's decomposition: R upper triangular with min(N, d) rows, R_ii of χ distribution with N − i
/// degrees of freedom (i from 0), R_ij standard normal for j &gt; i, all independent. (R is the triangular factor of the matrix of
/// covariates, whose rotations of the context no Gram matrix sees.) Then x_q and w. With noise, N g = N G w + σ Rᵀ ε, where ε has a normal
/// for each row of R; the noise of all examples has Σ e² = σ² (‖ε‖² + χ²), χ² of N − rows degrees of freedom: what lies across the rows.
/// </summary>
/// <remarks>Bartlett, <i>On the theory of statistical regression</i>, 1934. The cost does not depend on N.</remarks>
internal sealed unsafe class WishartStatistics(PromptParts parts)
{
    private readonly GammaShape[] _shapes =
        [.. Enumerable.Range(0, Math.Min(parts.ContextLength, parts.Dimension))
            .Select(i => new GammaShape((parts.ContextLength - i) / 2.0))];

    private NativeBatch _batch;

    /// <summary>Whether labels have noise.</summary>
    public bool HasNoise { get; } = !parts.Noise.IsZero;

    /// <summary>Whether they are of dimension 5, at least as many examples, no noise and no covariance of a prompt's own.</summary>
    public bool AreOfFive { get; } = parts is { Dimension: WishartOfFive.Dimension, ContextLength: >= WishartOfFive.Dimension }
        && parts.Noise.IsZero && parts.OwnCovariance is null;

    /// <summary>Bundles of numbers that <see cref="Read"/> needs room for.</summary>
    public static int RoomFor(int dimension)
    {
        int normals = (dimension * (dimension - 1) / 2) + (2 * dimension);
        return (2 * dimension) + normals + 3 + (LaneDraws.WordsFor(normals, dimension) / SingleHalfLanes.Count);
    }

    /// <summary>The next batch of a stream.</summary>
    public void Draw(NativeStream stream) => _batch = stream.NextBatch();

    /// <summary>
    /// The statistics of eight prompts side by side, lanes beyond the batch's last prompt those of prompts that it does not have.
    /// </summary>
    /// <param name="prompt">The first one's number.</param>
    /// <param name="triangle">Receives N G, its lower triangle.</param>
    /// <param name="noise">Receives Σ x σ ε, the noise's part of N g; null where labels have none.</param>
    /// <param name="squares">Receives Σ σ² ε² of all examples; null where it is not wanted.</param>
    /// <param name="deviations">Receives σ; null where it is not wanted.</param>
    /// <param name="query">Receives x_q.</param>
    /// <param name="task">Receives w.</param>
    /// <param name="numbers">Room for what <see cref="RoomFor"/> says.</param>
    /// <param name="room">The reader's own.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(
        int prompt, SingleHalfLanes* triangle, SingleHalfLanes* noise, SingleHalfLanes* squares, SingleHalfLanes* deviations,
        SingleHalfLanes* query, SingleHalfLanes* task, SingleHalfLanes* numbers, ReadingRoom room)
    {
        int d = parts.Dimension;
        int rows = _shapes.Length;
        int above = (rows * (d - 1)) - (rows * (rows - 1) / 2);
        SingleHalfLanes* r = numbers;
        SingleHalfLanes* lengths = numbers + d;
        SingleHalfLanes* normal = lengths + d;
        LaneDraws draws = new(_batch, DrawDomain.Statistics, (uint)prompt);
        draws.NormalsAndChis(normal, above + (2 * d), lengths, parts.ContextLength, _shapes, (uint*)(normal + above + (2 * d) + 3));
        normal = Multiply(prompt, triangle, noise, squares, deviations, r, lengths, normal, room);
        new ReadOnlySpan<SingleHalfLanes>(normal, d).CopyTo(new(query, d));
        new ReadOnlySpan<SingleHalfLanes>(normal + d, d).CopyTo(new(task, d));
        if (!parts.Tasks.IsStandardNormal)
        {
            LaneTasks.Make(parts.Tasks, _batch, prompt, task, d, room);
        }

        if (parts.OwnCovariance is not null)
        {
            Scale(prompt, triangle, noise, query, task, room);
        }
    }

    /// <summary>Where <see cref="AreOfFive"/>: G and x_q of eight prompts, to where they belong.</summary>
    /// <param name="prompt">The first one's number.</param>
    /// <param name="entries">Their first entry.</param>
    /// <param name="width">Numbers from one entry to the next.</param>
    /// <param name="numbers">Room for what <see cref="RoomFor"/> says.</param>
    /// <param name="room">The reader's own.</param>
    /// <returns>w, among the numbers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SingleHalfLanes* ReadFive(int prompt, float* entries, nint width, SingleHalfLanes* numbers, ReadingRoom room)
    {
        const int d = WishartOfFive.Dimension;
        const int above = d * (d - 1) / 2;
        SingleHalfLanes* normal = numbers + d;
        SingleHalfLanes* query = normal + above;
        SingleHalfLanes* task = query + d;
        LaneDraws draws = new(_batch, DrawDomain.Statistics, (uint)prompt);
        draws.NormalsAndChis(normal, above + (2 * d), numbers, parts.ContextLength, _shapes, (uint*)(task + d + 3));
        if (!parts.Tasks.IsStandardNormal)
        {
            LaneTasks.Make(parts.Tasks, _batch, prompt, task, d, room);
        }

        WishartOfFive.Square(numbers, normal, 1f / parts.ContextLength, entries, width);
        float* ofQuery = entries + ((above + (2 * d)) * width);
        for (int i = 0; i < d; i++)
        {
            Vector256.Store(query[i].Value, ofQuery + (i * width));
        }

        return task;
    }

    /// <summary>N G = Rᵀ R, and the noise's part of N g.</summary>
    /// <returns>The normals behind those above the diagonal of R.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SingleHalfLanes* Multiply(
        int prompt, SingleHalfLanes* triangle, SingleHalfLanes* noise, SingleHalfLanes* squares, SingleHalfLanes* deviations,
        SingleHalfLanes* r, SingleHalfLanes* lengths, SingleHalfLanes* normal, ReadingRoom room)
    {
        int d = parts.Dimension;
        int rows = _shapes.Length;
        new Span<SingleHalfLanes>(triangle, d * (d + 1) / 2).Fill(SingleHalfLanes.Zero);
        SingleHalfLanes* ofRows = noise is null ? null : Noise(prompt, rows, squares, deviations, room);
        if (noise is not null)
        {
            new Span<SingleHalfLanes>(noise, d).Fill(SingleHalfLanes.Zero);
        }

        for (int i = 0; i < rows; i++)
        {
            r[i] = lengths[i];
            for (int j = i + 1; j < d; j++)
            {
                r[j] = *normal++;
            }

            for (int a = i; noise is not null && a < d; a++)
            {
                SingleHalfLanes.Accumulate(r[a], ofRows[i], ref noise[a]);
            }

            // Row by row of R: N G += rᵀ r.
            for (int a = i; a < d; a++)
            {
                for (int b = i; b <= a; b++)
                {
                    SingleHalfLanes.Accumulate(r[a], r[b], ref triangle[(a * (a + 1) / 2) + b]);
                }
            }
        }

        return normal;
    }

    /// <summary>σ ε of eight prompts, as many normals as R has rows: Rᵀ ε is distributed as Xᵀ ε of N of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SingleHalfLanes* Noise(int prompt, int rows, SingleHalfLanes* squares, SingleHalfLanes* deviations, ReadingRoom room)
    {
        SingleHalfLanes* noise = (SingleHalfLanes*)room.Of(RoomPart.Noise, rows * SingleHalfLanes.Count);
        float* deviation = room.Of(RoomPart.NoiseDeviations, SingleHalfLanes.Count);
        parts.Noise.FillDeviations(
            new SideBySideDraws(_batch, DrawDomain.NoiseDeviations, (uint)prompt), new Span<float>(deviation, SingleHalfLanes.Count));
        if (deviations is not null)
        {
            *deviations = *(SingleHalfLanes*)deviation;
        }

        LaneDraws draws = new(_batch, DrawDomain.Noise, (uint)prompt);
        draws.Normals(noise, rows);
        for (int i = 0; i < rows; i++)
        {
            noise[i] *= *(SingleHalfLanes*)deviation;
        }

        if (squares is not null)
        {
            SingleHalfLanes across = SingleHalfLanes.Zero;
            if (parts.ContextLength > rows)
            {
                across = new SingleHalfLanes(draws.Chi(parts.ContextLength - rows)) * *(SingleHalfLanes*)deviation;
            }

            *squares = across * across;
            for (int i = 0; i < rows; i++)
            {
                SingleHalfLanes.Accumulate(noise[i], noise[i], ref *squares);
            }
        }

        return noise;
    }

    /// <summary>Eight prompts of covariances of their own, as <see cref="PromptScales"/> says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(
        int prompt, SingleHalfLanes* triangle, SingleHalfLanes* noise, SingleHalfLanes* query, SingleHalfLanes* task, ReadingRoom room)
    {
        int d = parts.Dimension;
        float* numbers = room.Of(RoomPart.Scales, d * SingleHalfLanes.Count);
        parts.OwnCovariance!.FillScales(
            new SideBySideDraws(_batch, DrawDomain.Eigenvalues, (uint)prompt), new Span<float>(numbers, d * SingleHalfLanes.Count));
        SingleHalfLanes* scales = (SingleHalfLanes*)numbers;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                *triangle = *triangle * scales[i] * scales[j];
                triangle++;
            }

            query[i] *= scales[i];
            task[i] = parts.TasksAreInverse ? task[i] / scales[i] : task[i];
            if (noise is not null)
            {
                noise[i] *= scales[i];
            }
        }
    }
}

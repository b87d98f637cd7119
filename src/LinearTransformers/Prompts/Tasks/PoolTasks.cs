using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Tasks;

/// <summary>
/// Task vectors of a pool of M, standard normal and drawn once; each prompt has one of them, each as likely as the others (Raventós et al.,
/// <i>Pretraining task diversity and the emergence of non-Bayesian in-context learning</i>, 2023).
/// </summary>
/// <remarks>The pool depends on its seed and d alone: runs of other seeds and streams share it. Of a larger M the first are the
/// same.</remarks>
[Part("pool", "one of M standard normal vectors, drawn once")]
public sealed record PoolTasks : TaskLaw
{
    private float[] _pool = [];

    /// <summary>Vectors in the pool, M.</summary>
    [Setting(Position = 1, Value = "M", AtLeast = 1, AtMost = 1_000_000)]
    public int Count { get; init; } = 64;

    /// <summary>The seed of the native stream that they are drawn from.</summary>
    [Setting(Position = 2, Value = "seed", AtLeast = 0, AtMost = uint.MaxValue)]
    public long Seed { get; init; }

    /// <inheritdoc/>
    public override int FactorCount => 1;

    /// <inheritdoc/>
    internal override bool ReadsEntries => false;

    /// <inheritdoc/>
    public override double[] SecondMoment(int dimension)
    {
        ReadOnlySpan<float> vectors = Vectors(dimension);
        double[] moment = new double[dimension * dimension];
        for (int v = 0; v < vectors.Length; v += dimension)
        {
            for (int i = 0; i < moment.Length; i++)
            {
                moment[i] += (double)vectors[v + (i / dimension)] * vectors[v + (i % dimension)] / Count;
            }
        }

        return moment;
    }

    /// <summary>The pool, M vectors of d numbers one behind another.</summary>
    public ReadOnlySpan<float> Vectors(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);

        // Threads that come at the same time make the same numbers.
        float[] pool = Volatile.Read(ref _pool);
        if (pool.Length != (long)Count * dimension)
        {
            pool = new float[(long)Count * dimension];
            new NativeStream((ulong)Seed).FillNormal(pool);
            Volatile.Write(ref _pool, pool);
        }

        return pool;
    }

    /// <inheritdoc/>
    public override void DrawFactors(IDraws draws, Span<float> factors)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillUniform(factors, 0, 1);
    }

    /// <inheritdoc/>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors) => ShapeAll(vector, factors, vector.Length);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override unsafe void ShapeAll(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
    {
        int count = Count;
        fixed (float* pool = Vectors(dimension), entries = vectors, uniforms = factors)
        {
            float* to = entries;
            for (int v = 0; v < factors.Length; v++)
            {
                int place = Math.Min(double.ConvertToIntegerNative<int>((double)uniforms[v] * count), count - 1);
                float* from = pool + ((long)place * dimension);
                for (int i = 0; i < dimension; i++)
                {
                    *to++ = from[i];
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override unsafe bool TryShapeLanes(SingleHalfLanes* vectors, SingleHalfLanes* factors, int dimension)
    {
        ReadOnlySpan<float> pool = Vectors(dimension);
        for (int lane = 0; lane < SingleHalfLanes.Count; lane++)
        {
            int place = Math.Min((int)((double)((float*)factors)[lane] * Count), Count - 1);
            ReadOnlySpan<float> vector = pool.Slice(place * dimension, dimension);
            for (int i = 0; i < vector.Length; i++)
            {
                ((float*)(vectors + i))[lane] = vector[i];
            }
        }

        return true;
    }

    /// <summary>Whether the settings are the same.</summary>
    public bool Equals(PoolTasks? other) => other is not null && (Count, Seed) == (other.Count, other.Seed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Seed);
}

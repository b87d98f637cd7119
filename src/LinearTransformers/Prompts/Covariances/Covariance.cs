using System.Globalization;
using System.Text.Json;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>
/// A covariance Σ = U D² Uᵀ of the covariates: x = U D ξ, and w = U D⁻¹ ω so that labels keep unit variance in every
/// direction. Two are equal if all their numbers are.
/// </summary>
public sealed class Covariance : IEquatable<Covariance>, IJsonSetting
{
    private static readonly double[] PublishedScales = [1, 1, 0.5, 0.25, 1];

    private readonly float[] _forward;
    private readonly float[] _inverse;

    // U and D before they were rounded: theory takes them, while prompts are made of the rounded ones.
    private readonly double[] _u;
    private readonly double[] _d;

    /// <summary>A covariance from its rotation and scales.</summary>
    /// <param name="u">U, d × d, row-major.</param>
    /// <param name="d">The diagonal of D, d positive entries.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or an entry is not finite, or a scale not positive.</exception>
    public Covariance(ReadOnlySpan<float> u, ReadOnlySpan<float> d)
        : this(u, d, Array.ConvertAll(u.ToArray(), entry => (double)entry), Array.ConvertAll(d.ToArray(), scale => (double)scale))
    {
    }

    private Covariance(ReadOnlySpan<float> u, ReadOnlySpan<float> d, double[] exactU, double[] exactD)
    {
        if (d.Length == 0 || u.Length != d.Length * d.Length)
        {
            throw new ArgumentException($"U must be d × d and D of length d, not of {u.Length} and {d.Length} entries");
        }

        for (int i = 0; i < u.Length; i++)
        {
            if (!float.IsFinite(u[i]))
            {
                throw new ArgumentException($"entry {i} of U is {u[i]}: it must be finite", nameof(u));
            }
        }

        Dimension = d.Length;
        (U, D, _u, _d) = ([.. u], [.. d], exactU, exactD);
        _forward = new float[u.Length];
        _inverse = new float[u.Length];
        for (int k = 0; k < Dimension; k++)
        {
            if (!(d[k] > 0) || !float.IsFinite(d[k]))
            {
                throw new ArgumentException($"entry {k} of D is {d[k]}: it must be positive and finite", nameof(d));
            }

            for (int i = 0; i < Dimension; i++)
            {
                _forward[(i * Dimension) + k] = u[(i * Dimension) + k] * d[k];
                _inverse[(i * Dimension) + k] = u[(i * Dimension) + k] * (1 / d[k]);
            }
        }
    }

    /// <summary>
    /// The published rotated covariance: U the left singular vectors of a d × d matrix uniform on (−1, 1), drawn from
    /// the stream; D = diag(1, 1, ½, ¼, 1), repeated as far as needed. Each column of U is signed so that its largest
    /// entry in size is positive; PyTorch's signs follow from the details of its LAPACK and may differ, which changes
    /// the prompts drawn but not their distribution.
    /// </summary>
    public static Covariance Rotated(IStream stream, int dimension)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        float[] uniforms = new float[dimension * dimension];
        stream.FillUniform(uniforms, -1, 1);
        double[] u = LeftSingularVectors.Of([.. uniforms.Select(x => (double)x)], dimension);
        return Rounded(u, [.. Enumerable.Range(0, dimension).Select(i => PublishedScales[i % PublishedScales.Length])]);
    }

    /// <summary>
    /// A covariance by its matrix: U its eigenvectors and D the roots of its eigenvalues, both rounded to single precision.
    /// </summary>
    public static Covariance Of(SymmetricMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return Rounded([.. matrix.Eigenvectors], [.. matrix.Eigenvalues.Select(Math.Sqrt)]);
    }

    /// <summary>Σ = diag(λ1, …, λd), with U = I.</summary>
    public static Covariance Diagonal(IReadOnlyList<double> eigenvalues)
    {
        ArgumentNullException.ThrowIfNull(eigenvalues);
        int d = eigenvalues.Count;
        double[] u = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            u[i * (d + 1)] = 1;
        }

        return Rounded(u, [.. eigenvalues.Select(Math.Sqrt)]);
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>U, row-major.</summary>
    public IReadOnlyList<float> U { get; }

    /// <summary>The diagonal of D.</summary>
    public IReadOnlyList<float> D { get; }

    /// <summary>
    /// U D, d × d, with which x = U D ξ has the covariance Σ: in double precision, as it was before U and D were rounded, where they came
    /// from eigenvalues, a matrix or a stream.
    /// </summary>
    public double[,] Root() => Root(scale => scale);

    /// <summary>U D⁻¹, d × d, likewise: with it w = U D⁻¹ ω has the covariance Σ⁻¹.</summary>
    public double[,] InverseRoot() => Root(scale => 1 / scale);

    /// <inheritdoc/>
    public bool Equals(Covariance? other) => other is not null && U.SequenceEqual(other.U) && D.SequenceEqual(other.D);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Covariance);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (float number in U.Concat(D))
        {
            hash.Add(number);
        }

        return hash.ToHashCode();
    }

    /// <summary>U D, row-major: covariates are this times standard ones.</summary>
    internal ReadOnlySpan<float> Forward => _forward;

    /// <summary>U D⁻¹, row-major: task vectors are this times standard ones.</summary>
    internal ReadOnlySpan<float> Inverse => _inverse;

    private static Covariance Rounded(double[] u, double[] d)
        => new(Array.ConvertAll(u, entry => (float)entry), Array.ConvertAll(d, scale => (float)scale), u, d);

    private double[,] Root(Func<double, double> power)
    {
        double[,] root = new double[Dimension, Dimension];
        for (int i = 0; i < _u.Length; i++)
        {
            root[i / Dimension, i % Dimension] = _u[i] * power(_d[i % Dimension]);
        }

        return root;
    }

    static string IJsonSetting.Requirement => "an object of U, an array of d × d numbers row by row, and D, an array of d positive numbers";

    static object? IJsonSetting.Read(JsonElement json)
    {
        try
        {
            return json.EnumerateObject().Count() == 2 ? new Covariance(Numbers("U"), Numbers("D")) : null;
        }
        catch (Exception exception) when (
            exception is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }

        float[] Numbers(string name) => [.. json.GetProperty(name).EnumerateArray().Select(number => number.GetSingle())];
    }

    /// <summary>{"U": [d × d numbers, row by row], "D": [d numbers]}; numbers round-trip.</summary>
    void IJsonSetting.Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        Write("U", U);
        Write("D", D);
        writer.WriteEndObject();

        // On one line each, also where everything else is indented.
        void Write(string name, IReadOnlyList<float> numbers)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(
                "[" + string.Join(',', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))) + "]");
        }
    }
}

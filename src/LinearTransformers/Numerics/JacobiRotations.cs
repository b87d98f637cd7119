using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// Diagonalises a symmetric matrix in every lane by Jacobi's cyclic rotations, and takes vectors along: with the
/// eigenvectors as the columns of V, A becomes Vᵀ A V = diag(λ) and each vector b becomes Vᵀ b. V itself is not formed.
/// </summary>
/// <remarks>
/// <para>A rotation in the plane (i, j) with</para>
/// <code>
/// θ = (a_jj − a_ii) / (2 a_ij)    t = sign(θ) / (|θ| + √(1 + θ²))    c = 1/√(1 + t²)    s = t c
/// a_ii ← a_ii − t a_ij    a_jj ← a_jj + t a_ij    a_ij ← 0    (a_ik, a_jk) ← (c a_ik − s a_jk, s a_ik + c a_jk)
/// </code>
/// <para>
/// is skipped in lanes where |a_ij| ≤ 2⁻⁵³ tr A, by rotating through nothing, and sweeps go on until no lane has an
/// entry to rotate away: a lane's bits do not depend on the others. For a positive semi-definite A the error of an
/// eigenvalue is a few units of 2⁻⁵³ tr A. Source: Golub, Van Loan, <i>Matrix Computations</i>, §8.5.
/// </para>
/// </remarks>
internal static unsafe class JacobiRotations<TLane>
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private const int MaxSweeps = 60;
    private const double Negligible = 1.0 / (1L << 53);

    /// <summary>Leaves the eigenvalues on the diagonal of A, in no particular order.</summary>
    /// <param name="a">A, [d, d] bundles, positive semi-definite.</param>
    /// <param name="vectors">Vectors to take along, [count, d] bundles.</param>
    /// <param name="count">How many.</param>
    /// <param name="d">The dimension.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Diagonalize(TLane* a, TLane* vectors, int count, int d)
    {
        TLane trace = TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            trace += a[i * (d + 1)];
        }

        TLane negligible = trace * TLane.Broadcast(Negligible);
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MaxSweeps; sweep++)
        {
            rotated = false;
            for (int i = 0; i < d; i++)
            {
                for (int j = i + 1; j < d; j++)
                {
                    TLane entry = a[(i * d) + j];
                    TLane size = TLane.SelectGreater(TLane.Zero, entry, -entry, entry);
                    if (TLane.AnyGreater(size, negligible))
                    {
                        rotated = true;
                        Rotate(a, vectors, count, d, i, j, size, negligible);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate(TLane* a, TLane* vectors, int count, int d, int i, int j, TLane size, TLane negligible)
    {
        TLane entry = a[(i * d) + j];
        TLane ii = a[i * (d + 1)];
        TLane jj = a[j * (d + 1)];
        TLane theta = (jj - ii) / (entry + entry);
        TLane steepness = TLane.SelectGreater(TLane.Zero, theta, -theta, theta);
        TLane t = TLane.One / (steepness + TLane.Sqrt(TLane.FusedMultiplyAdd(theta, theta, TLane.One)));
        t = TLane.SelectGreater(TLane.Zero, theta, -t, t);
        t = TLane.SelectGreater(size, negligible, t, TLane.Zero);
        TLane c = TLane.One / TLane.Sqrt(TLane.FusedMultiplyAdd(t, t, TLane.One));
        TLane s = t * c;
        TLane minusS = -s;
        TLane left = TLane.SelectGreater(size, negligible, TLane.Zero, entry);

        a[i * (d + 1)] = TLane.FusedMultiplyAdd(-t, entry, ii);
        a[j * (d + 1)] = TLane.FusedMultiplyAdd(t, entry, jj);
        a[(i * d) + j] = left;
        a[(j * d) + i] = left;
        for (int k = 0; k < d; k++)
        {
            if (k != i && k != j)
            {
                TLane ik = a[(i * d) + k];
                TLane jk = a[(j * d) + k];
                TLane turnedI = TLane.FusedMultiplyAdd(c, ik, minusS * jk);
                TLane turnedJ = TLane.FusedMultiplyAdd(s, ik, c * jk);
                a[(i * d) + k] = turnedI;
                a[(k * d) + i] = turnedI;
                a[(j * d) + k] = turnedJ;
                a[(k * d) + j] = turnedJ;
            }
        }

        for (int v = 0; v < count; v++, vectors += d)
        {
            TLane vi = vectors[i];
            TLane vj = vectors[j];
            vectors[i] = TLane.FusedMultiplyAdd(c, vi, minusS * vj);
            vectors[j] = TLane.FusedMultiplyAdd(s, vi, c * vj);
        }
    }
}

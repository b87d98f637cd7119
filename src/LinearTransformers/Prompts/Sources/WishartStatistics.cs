using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// Statistics of normal prompts of the native stream, and no tokens. For standard normal x_1 … x_N, N G = Σ x xᵀ has Wishart's
/// distribution, and that of Rᵀ R, by Bartlett's decomposition: R upper triangular with min(N, d) rows, R_ii of χ distribution with N − i
/// degrees of freedom (i from 0), R_ij standard normal for j &gt; i, all independent. (R is the triangular factor of the matrix of
/// covariates, whose rotations of the context no Gram matrix sees.) Then x_q and w.
/// </summary>
/// <remarks>Bartlett, <i>On the theory of statistical regression</i>, 1934. The cost does not depend on N.</remarks>
internal sealed unsafe class WishartStatistics(PromptParts parts)
{
    private NativeBatch _batch;

    /// <summary>Bundles of numbers that <see cref="Read"/> needs room for.</summary>
    public static int RoomFor(int dimension) => (dimension * (dimension - 1) / 2) + (3 * dimension);

    /// <summary>The next batch of a stream.</summary>
    public void Draw(NativeStream stream) => _batch = stream.NextBatch();

    /// <summary>
    /// The statistics of eight prompts side by side, lanes beyond the batch's last prompt those of prompts that it does not have.
    /// </summary>
    /// <param name="prompt">The first one's number.</param>
    /// <param name="triangle">Receives N G, its lower triangle.</param>
    /// <param name="query">Receives x_q.</param>
    /// <param name="task">Receives w.</param>
    /// <param name="room">The reader's own.</param>
    public void Read(int prompt, SingleHalfLanes* triangle, SingleHalfLanes* query, SingleHalfLanes* task, SingleHalfLanes* room)
    {
        int d = parts.Dimension;
        int rows = Math.Min(parts.ContextLength, d);
        int above = (rows * (d - 1)) - (rows * (rows - 1) / 2);
        SingleHalfLanes* r = room;
        SingleHalfLanes* normal = room + d;
        LaneDraws draws = new(_batch, DrawDomain.Statistics, (uint)prompt);
        draws.Normals(normal, above + (2 * d));
        new Span<SingleHalfLanes>(triangle, d * (d + 1) / 2).Fill(SingleHalfLanes.Zero);
        for (int i = 0; i < rows; i++)
        {
            r[i] = new(draws.Chi(parts.ContextLength - i));
            for (int j = i + 1; j < d; j++)
            {
                r[j] = *normal++;
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

        new ReadOnlySpan<SingleHalfLanes>(normal, d).CopyTo(new(query, d));
        new ReadOnlySpan<SingleHalfLanes>(normal + d, d).CopyTo(new(task, d));
    }
}

using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>
/// Draws Gram statistics of normal prompts without their tokens. For standard normal x_1 … x_N, N G = Σ x xᵀ has Wishart's distribution, and that of Rᵀ R,
/// by Bartlett's decomposition: R upper triangular with min(N, d) rows, R_ii of χ distribution with N − i degrees of freedom (i from 0), R_ij standard
/// normal for j &gt; i, all independent. (R is the triangular factor of the matrix of covariates, whose rotations of the context no Gram
/// matrix sees.) Then w and x_q, and all else follows from them as for tokens: C G Cᵀ, g = G w, wᵀx_q.
/// </summary>
/// <remarks>Bartlett, <i>On the theory of statistical regression</i>, 1934. Single precision, whatever the statistics are kept in.</remarks>
internal sealed unsafe class GaussianGram<T>
    where T : unmanaged
{
    private ScratchPool<Room>? _rooms;
    private int _dimension;

    public void Draw(PromptSettings settings, NativeBatch from, GramStatistics<T> statistics, WorkerTeam? team)
    {
        if (_rooms is null || _dimension != settings.Dimension)
        {
            _dimension = settings.Dimension;
            int d = _dimension;
            _rooms = new(() => new Room(d));
        }

        PromptBlocks.For(statistics.Bundles * Bundle.Lanes<T>(), team, (begin, end) =>
        {
            Room room = _rooms.Rent();
            for (int prompt = begin; prompt < end; prompt += SingleHalfLanes.Count)
            {
                DrawShare(settings, from, room, prompt);
                Store(room.Builder.Sums, statistics, prompt, Math.Clamp(settings.BatchSize - prompt, 0, SingleHalfLanes.Count));
            }

            _rooms.Return(room);
        });
        GC.KeepAlive(statistics);
    }

    /// <summary>The statistics of eight prompts.</summary>
    private static void DrawShare(PromptSettings settings, NativeBatch from, Room room, int prompt)
    {
        int d = settings.Dimension;
        int rows = Math.Min(settings.ContextLength, d);
        int above = (rows * (d - 1)) - (rows * (rows - 1) / 2);
        SingleHalfLanes* sums = room.Builder.Sums;
        LaneDraws draws = new(from, DrawDomain.Statistics, (uint)prompt);
        draws.Normals(room.Normals, above + (2 * d));
        SingleHalfLanes* normal = room.Normals;
        GramSums.Clear<SingleHalfLanes, float>(sums, d * (d + 1) / 2);
        for (int i = 0; i < rows; i++)
        {
            SingleHalfLanes* r = room.Row;
            r[i] = new(draws.Chi(settings.ContextLength - i));
            for (int j = i + 1; j < d; j++)
            {
                r[j] = *normal++;
            }

            // Row by row of R: N G += rᵀ r.
            for (int a = i; a < d; a++)
            {
                for (int b = i; b <= a; b++)
                {
                    SingleHalfLanes.Accumulate(r[a], r[b], ref sums[(a * (a + 1) / 2) + b]);
                }
            }
        }

        GramSums.Divide<SingleHalfLanes, float>(sums, d * (d + 1) / 2, settings.ContextLength);
        GramSums.Copy(room.Builder.Query, normal, d);
        GramSums.Copy(room.Builder.Task, normal + d, d);
        if (settings.Covariance is { } covariance)
        {
            room.Builder.Rotate(covariance, sums);
        }

        GramSums.Copy(sums + new GramLayout(d).Query, room.Builder.Query, d);
        GramSums.LinearLabels<SingleHalfLanes, float>(sums, room.Builder.Task, d);
    }

    /// <summary>Eight prompts into their lanes, those beyond the last as zeros.</summary>
    private static void Store(SingleHalfLanes* sums, GramStatistics<T> statistics, int prompt, int prompts)
    {
        int lanes = Bundle.Lanes<T>();
        int stride = statistics.Layout.Stride;
        T* entries = statistics.Pointer + ((long)(prompt / lanes) * stride * lanes) + (prompt % lanes);
        for (int i = 0; i < stride; i++, entries += lanes)
        {
            float* numbers = (float*)(sums + i);
            for (int lane = prompts; lane < SingleHalfLanes.Count; lane++)
            {
                numbers[lane] = 0;
            }

            if (typeof(T) == typeof(float))
            {
                *(SingleHalfLanes*)entries = sums[i];
            }
            else
            {
                for (int lane = 0; lane < SingleHalfLanes.Count; lane++)
                {
                    ((double*)entries)[lane] = numbers[lane];
                }
            }
        }
    }

    private sealed class Room
    {
        private readonly AlignedBuffer<SingleHalfLanes> _memory;

        public Room(int d)
        {
            Builder = new(d);
            _memory = new(((d * (d - 1L)) / 2) + (3L * d));
            Row = _memory.Pointer;
            Normals = Row + d;
        }

        public GramBuilder<SingleHalfLanes, float>.Scratch Builder { get; }

        public SingleHalfLanes* Row { get; }

        public SingleHalfLanes* Normals { get; }
    }
}

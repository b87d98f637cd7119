using LinearTransformers.Models;

namespace LinearTransformers.Kernels;

/// <summary>The attention layers.</summary>
internal static unsafe partial class NonlinearKernel<TLane, TScalar>
{
    /// <summary>S, T and M of a layer, and the next one's G and q.</summary>
    private static void ForwardLayer(NonlinearRegressionShape shape, TScalar* p, NonlinearLayer<TLane> layer, NonlinearLayer<TLane> next)
    {
        int size = shape.Dimension + 1;
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize)
        {
            Multiply(layer.S(h), new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.G, size, 1), new Parameters<TLane, TScalar>(p + shape.MatrixSize, 1, size), size, size, size);
            if (h == 0)
            {
                Multiply(layer.T, new IdentityMatrix<TLane, TScalar>(), new Parameters<TLane, TScalar>(p, size, 1), new Lanes<TLane>(layer.S(h), size, 1), size, size, size);
            }
            else
            {
                Multiply(layer.T, new Lanes<TLane>(layer.T, size, 1), new Parameters<TLane, TScalar>(p, size, 1), new Lanes<TLane>(layer.S(h), size, 1), size, size, size);
            }
        }

        Multiply(layer.M, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.T, size, 1), new Lanes<TLane>(layer.G, size, 1), size, size, size);
        Multiply(next.G, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.M, size, 1), new Lanes<TLane>(layer.T, 1, size), size, size, size);
        Multiply(next.Query, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.T, size, 1), new Lanes<TLane>(layer.Query, 1, 1), size, size, 1);
    }

    /// <summary>The last entry of the query's row after the top layer.</summary>
    private static TLane Top(NonlinearRegressionShape shape, TScalar* p, NonlinearLayer<TLane> layer)
    {
        int size = shape.Dimension + 1;
        TLane last = layer.Query[size - 1];
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize)
        {
            TLane* s = layer.SmallS(h);
            Multiply(layer.U(h), new ZeroMatrix<TLane, TScalar>(), new Parameters<TLane, TScalar>(p + shape.MatrixSize, 1, size), new Lanes<TLane>(layer.Query, 1, 1), size, size, 1);
            Multiply(s, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.G, size, 1), new Lanes<TLane>(layer.U(h), 1, 1), size, size, 1);
            for (int i = 0; i < size; i++)
            {
                last = TLane.FusedMultiplyAdd(TLane.Broadcast(p[((size - 1) * size) + i]), s[i], last);
            }
        }

        return last;
    }

    /// <summary>Gradients of the top layer; leaves q̄ and H.</summary>
    private static void BackwardTop(NonlinearWorkspace<TLane, TScalar> work, TScalar* p, TLane* bar, NonlinearLayer<TLane> layer, TLane residual)
    {
        NonlinearRegressionShape shape = work.Shape;
        int size = shape.Dimension + 1;
        new Span<TLane>(work.BarQuery, size).Clear();
        new Span<TLane>(work.H, shape.MatrixSize).Clear();
        work.BarQuery[size - 1] = residual;
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize, bar += 2 * shape.MatrixSize)
        {
            TLane* s = layer.SmallS(h);
            TLane* u = layer.U(h);
            TLane* barP = bar + ((size - 1) * size);
            for (int i = 0; i < size; i++)
            {
                barP[i] = TLane.FusedMultiplyAdd(residual, s[i], barP[i]);
                work.BarS[i] = residual * TLane.Broadcast(p[((size - 1) * size) + i]);
            }

            // ū = G s̄, then Q̄ += q ūᵀ, q̄ += Q ū.
            TLane* barU = work.Room;
            Multiply(barU, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.G, size, 1), new Lanes<TLane>(work.BarS, 1, 1), size, size, 1);
            TLane* barQ = bar + shape.MatrixSize;
            Multiply(barQ, new Lanes<TLane>(barQ, size, 1), new Lanes<TLane>(layer.Query, 1, 1), new Lanes<TLane>(barU, 1, 1), size, 1, size);
            Multiply(work.BarQuery, new Lanes<TLane>(work.BarQuery, 1, 1), new Parameters<TLane, TScalar>(p + shape.MatrixSize, size, 1), new Lanes<TLane>(barU, 1, 1), size, size, 1);
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    TLane sum = TLane.FusedMultiplyAdd(work.BarS[i], u[j], work.H[(i * size) + j]);
                    work.H[(i * size) + j] = TLane.FusedMultiplyAdd(u[i], work.BarS[j], sum);
                }
            }
        }
    }

    /// <summary>Gradients of a layer below the top; turns q̄ and H into those of what it was given.</summary>
    private static void BackwardLayer(NonlinearWorkspace<TLane, TScalar> work, TScalar* p, TLane* bar, NonlinearLayer<TLane> layer)
    {
        NonlinearRegressionShape shape = work.Shape;
        int size = shape.Dimension + 1;
        Multiply(work.BarT, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(work.BarQuery, 1, 1), new Lanes<TLane>(layer.Query, 1, 1), size, 1, size);
        Multiply(work.BarT, new Lanes<TLane>(work.BarT, size, 1), new Lanes<TLane>(work.H, size, 1), new Lanes<TLane>(layer.M, size, 1), size, size, size);
        new Span<TLane>(work.E, shape.MatrixSize).Clear();
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize, bar += 2 * shape.MatrixSize)
        {
            TLane* barQ = bar + shape.MatrixSize;
            Multiply(bar, new Lanes<TLane>(bar, size, 1), new Lanes<TLane>(work.BarT, size, 1), new Lanes<TLane>(layer.S(h), 1, size), size, size, size);
            Multiply(work.R, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(work.BarT, 1, size), new Parameters<TLane, TScalar>(p, size, 1), size, size, size);
            Multiply(barQ, new Lanes<TLane>(barQ, size, 1), new Lanes<TLane>(work.R, size, 1), new Lanes<TLane>(layer.G, size, 1), size, size, size);
            Multiply(work.E, new Lanes<TLane>(work.E, size, 1), new Lanes<TLane>(work.R, 1, size), new Parameters<TLane, TScalar>(p + shape.MatrixSize, size, 1), size, size, size);
        }

        Multiply(work.BarQueryBelow, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(layer.T, 1, size), new Lanes<TLane>(work.BarQuery, 1, 1), size, size, 1);
        Copy(work.BarQueryBelow, work.BarQuery, size);
        Multiply(work.HT, new ZeroMatrix<TLane, TScalar>(), new Lanes<TLane>(work.H, size, 1), new Lanes<TLane>(layer.T, size, 1), size, size, size);
        Multiply(work.H, new MatrixPlusTranspose<TLane, TScalar>(work.E, size), new Lanes<TLane>(layer.T, 1, size), new Lanes<TLane>(work.HT, size, 1), size, size, size);
    }
}

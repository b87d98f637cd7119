using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>The attention layers.</summary>
internal static unsafe partial class NonlinearKernel<TLane, TScalar, TDim, TSize>
{
    /// <summary>S, T and M of a layer, and the next one's G and q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardLayer(NonlinearRegressionShape shape, TScalar* p, NonlinearLayer<TLane> layer, NonlinearLayer<TLane> next)
    {
        int size = shape.Dimension + 1;
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize)
        {
            Product(layer.S(h), default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(layer.G, size),
                new ParameterColumns<TLane, TScalar, TSize>(p + shape.MatrixSize, size), size);
            if (h == 0)
            {
                Product(layer.T, default(IdentityMatrix<TLane, TScalar>), new ParameterRows<TLane, TScalar, TSize>(p, size),
                    new Rows<TLane, TSize>(layer.S(h), size), size);
            }
            else
            {
                Product(layer.T, new Rows<TLane, TSize>(layer.T, size), new ParameterRows<TLane, TScalar, TSize>(p, size),
                    new Rows<TLane, TSize>(layer.S(h), size), size);
            }
        }

        Product(layer.M, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(layer.T, size), new Rows<TLane, TSize>(layer.G, size),
            size);
        Product(next.G, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(layer.M, size),
            new Columns<TLane, TSize>(layer.T, size), size);
        VectorProduct(next.Query, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(layer.Query, size),
            new Columns<TLane, TSize>(layer.T, size), size);
    }

    /// <summary>The last entry of the query's row after the top layer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLane Top(NonlinearRegressionShape shape, TScalar* p, NonlinearLayer<TLane> layer)
    {
        int size = shape.Dimension + 1;
        TLane last = layer.Query[size - 1];
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize)
        {
            TLane* s = layer.SmallS(h);
            VectorProduct(layer.U(h), default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(layer.Query, size),
                new ParameterRows<TLane, TScalar, TSize>(p + shape.MatrixSize, size), size);
            VectorProduct(s, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(layer.U(h), size),
                new Columns<TLane, TSize>(layer.G, size), size);
            for (int i = 0; i < size; i++)
            {
                TLane.Accumulate(TLane.Broadcast(p[((size - 1) * size) + i]), s[i], ref last);
            }
        }

        return last;
    }

    /// <summary>Gradients of the top layer; leaves q̄ and H.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardTop(
        NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* p, TLane* bar, NonlinearLayer<TLane> layer, TLane residual)
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
            TLane* barU = work.BarU;
            VectorProduct(barU, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(work.BarS, size),
                new Columns<TLane, TSize>(layer.G, size), size);
            TLane* barQ = bar + shape.MatrixSize;
            Product(barQ, new Rows<TLane, TSize>(barQ, size), new Rows<TLane, Dimension1>(layer.Query, 1),
                new Rows<TLane, TSize>(barU, size), 1, size);
            VectorProduct(work.BarQuery, new Rows<TLane, TSize>(work.BarQuery, size), new Rows<TLane, TSize>(barU, size),
                new ParameterColumns<TLane, TScalar, TSize>(p + shape.MatrixSize, size), size);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardLayer(
        NonlinearWorkspace<TLane, TScalar, TDim, TSize> work, TScalar* p, TLane* bar, NonlinearLayer<TLane> layer)
    {
        NonlinearRegressionShape shape = work.Shape;
        int size = shape.Dimension + 1;
        Product(work.BarT, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, Dimension1>(work.BarQuery, 1),
            new Rows<TLane, TSize>(layer.Query, size), 1, size);
        Product(work.BarT, new Rows<TLane, TSize>(work.BarT, size), new Rows<TLane, TSize>(work.H, size),
            new Rows<TLane, TSize>(layer.M, size), size);
        new Span<TLane>(work.E, shape.MatrixSize).Clear();
        for (int h = 0; h < shape.Heads; h++, p += 2 * shape.MatrixSize, bar += 2 * shape.MatrixSize)
        {
            TLane* barQ = bar + shape.MatrixSize;
            Product(bar, new Rows<TLane, TSize>(bar, size), new Rows<TLane, TSize>(work.BarT, size),
                new Columns<TLane, TSize>(layer.S(h), size), size);
            Product(work.R, default(ZeroMatrix<TLane, TScalar>), new Columns<TLane, TSize>(work.BarT, size),
                new ParameterRows<TLane, TScalar, TSize>(p, size), size);
            Product(barQ, new Rows<TLane, TSize>(barQ, size), new Rows<TLane, TSize>(work.R, size), new Rows<TLane, TSize>(layer.G, size),
                size);
            Product(work.E, new Rows<TLane, TSize>(work.E, size), new Columns<TLane, TSize>(work.R, size),
                new ParameterRows<TLane, TScalar, TSize>(p + shape.MatrixSize, size), size);
        }

        VectorProduct(work.BarQueryBelow, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(work.BarQuery, size),
            new Rows<TLane, TSize>(layer.T, size), size);
        Copy(work.BarQueryBelow, work.BarQuery, size);
        Product(work.HT, default(ZeroMatrix<TLane, TScalar>), new Rows<TLane, TSize>(work.H, size), new Rows<TLane, TSize>(layer.T, size),
            size);
        Product(work.H, new MatrixPlusTranspose<TLane, TScalar>(work.E, size), new Columns<TLane, TSize>(layer.T, size),
            new Rows<TLane, TSize>(work.HT, size), size);
    }
}

using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <content>The layers below the two upper ones, whose matrices go on.</content>
internal static unsafe partial class FullGramKernel<TLane, TScalar, TSize>
{
    /// <summary>S, T and M of a layer, and the next one's G and q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardLayer(
        NonlinearRegressionShape shape, TScalar* p, FullGramLayer<TLane> layer, FullGramLayer<TLane> next, int size)
    {
        for (int h = 0; h < shape.Heads; h++, p += 2 * size * size)
        {
            TLane* s = layer.S(h);
            Product(s, default(ZeroMatrix<TLane, TScalar>), Rows(layer.G, size), TransposedParameters(p + (size * size), size), size);
            if (h == 0)
            {
                Product(layer.T, default(IdentityMatrix<TLane, TScalar>), Parameters(p, size), Rows(s, size), size);
            }
            else
            {
                Product(layer.T, Rows(layer.T, size), Parameters(p, size), Rows(s, size), size);
            }
        }

        Product(layer.M, default(ZeroMatrix<TLane, TScalar>), Rows(layer.T, size), Rows(layer.G, size), size);
        SymmetricProduct(next.G, default(ZeroMatrix<TLane, TScalar>), Rows(layer.M, size), Transposed(layer.T, size), size);
        Row(next.Query, default(ZeroMatrix<TLane, TScalar>), Rows(layer.Query, size), Transposed(layer.T, size), size);
    }

    /// <summary>Gradients of a layer; turns q̄ and H into those of what it was given, unless it is the bottom one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardLayer(
        FullGramWorkspace<TLane, TScalar, TSize> work, TScalar* p, TLane* bar, FullGramLayer<TLane> layer, bool isBottom, int size)
    {
        Product(work.BarT, new OuterProduct<TLane, TScalar>(work.BarQuery, layer.Query), Rows(work.H, size), Rows(layer.M, size), size);
        for (int h = 0; h < work.Shape.Heads; h++, p += 2 * size * size, bar += 2 * size * size)
        {
            TLane* barQ = bar + (size * size);
            Product(bar, Rows(bar, size), Rows(work.BarT, size), Transposed(layer.S(h), size), size);
            Product(work.R, default(ZeroMatrix<TLane, TScalar>), Transposed(work.BarT, size), Parameters(p, size), size);
            Product(barQ, Rows(barQ, size), Rows(work.R, size), Rows(layer.G, size), size);
            if (isBottom)
            {
                continue;
            }

            ParameterRows<TLane, TScalar, TSize> q = Parameters(p + (size * size), size);
            if (h == 0)
            {
                Product(work.E, default(ZeroMatrix<TLane, TScalar>), Transposed(work.R, size), q, size);
            }
            else
            {
                Product(work.E, Rows(work.E, size), Transposed(work.R, size), q, size);
            }
        }

        if (!isBottom)
        {
            Row(work.HandedDown, default(ZeroMatrix<TLane, TScalar>), Rows(work.BarQuery, size), Rows(layer.T, size), size);
            Copy(work.HandedDown, work.BarQuery, size);
            Product(work.HT, default(ZeroMatrix<TLane, TScalar>), Rows(work.H, size), Rows(layer.T, size), size);
            SymmetricProduct(
                work.H, new MatrixPlusTranspose<TLane, TScalar>(work.E, size), Transposed(layer.T, size), Rows(work.HT, size), size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(TLane* from, TLane* to, int length)
    {
        for (int i = 0; i < length; i++)
        {
            to[i] = from[i];
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts;

/// <summary>
/// The sums over the tokens of eight prompts of dimension 5, straight from where their numbers lie. The bits are those of <see
/// cref="GramSums"/>: each entry adds its tokens in their order, with one rounding a token.
/// </summary>
/// <remarks>
/// Four columns of eight prompts are turned at a time: a load of 128 bits for each prompt, two prompts to a vector, and eight moves within
/// its halves. Where there are 32 vector registers all sums stay in them, and a column goes from the moves into the sums; where there are
/// sixteen, columns go to memory, and ten and five sums are made of them in turn.
/// </remarks>
internal static unsafe class GramSumsOfFive
{
    /// <summary>The dimension.</summary>
    public const int Dimension = 5;

    /// <summary>Prompts at a time.</summary>
    public const int Prompts = 8;

    private const int TokensAtOnce = 4;
    private const int Chunk = 32;

    /// <summary>Whether this hardware has the instructions for it.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    private static bool HasManyRegisters => Avx512F.VL.IsSupported;

    /// <summary>G = (1/n) Σ x xᵀ, a lower triangle, and if there are labels g = (1/n) Σ x y behind it.</summary>
    /// <param name="x">Tokens of the first prompt; up to 16 numbers behind the last may be read.</param>
    /// <param name="stride">From prompt to prompt.</param>
    /// <param name="y">Labels of the first prompt, with as much behind them; null for none.</param>
    /// <param name="labelStride">From prompt to prompt.</param>
    /// <param name="tokens">n.</param>
    /// <param name="sums">Receives the numbers of eight prompts side by side.</param>
    /// <param name="lanes">Numbers from one entry to the next, eight or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Means(float* x, long stride, float* y, long labelStride, int tokens, float* sums, int lanes)
    {
        if (!HasManyRegisters)
        {
            MeansByMemory(x, stride, y, labelStride, tokens, sums, lanes);
            return;
        }

        int whole = tokens / TokensAtOnce * TokensAtOnce;
        float factor = whole == tokens ? 1f / tokens : 1;
        if (y is null)
        {
            AddTokens((byte*)x, (nint)stride * sizeof(float), whole, factor, sums, lanes);
        }
        else
        {
            AddTokensAndLabels(
                (byte*)x, (nint)stride * sizeof(float), (byte*)y, (nint)labelStride * sizeof(float), whole, factor, sums, lanes);
        }

        if (whole < tokens)
        {
            AddRest(x + (whole * Dimension), stride, y is null ? null : y + whole, labelStride, tokens - whole, sums, lanes);
            Vector256<float> share = Vector256.Create(1f / tokens);
            int count = 15 + (y is null ? 0 : Dimension);
            for (int i = 0; i < count; i++, sums += lanes)
            {
                Vector256.Store(Vector256.Load(sums) * share, sums);
            }
        }
    }

    /// <summary>The five numbers of each of eight prompts side by side.</summary>
    /// <param name="x">The first prompt's; up to eight numbers behind may be read.</param>
    /// <param name="stride">From prompt to prompt.</param>
    /// <param name="lanes">Where the first entry goes.</param>
    /// <param name="width">From one entry to the next.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* x, long stride, float* lanes, int width)
    {
        nint bytes = (nint)stride * sizeof(float);
        Columns((byte*)x, bytes, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
        Columns((byte*)(x + 4), bytes, out Vector256<float> c4, out _, out _, out _);
        Vector256.Store(c0, lanes);
        Vector256.Store(c1, lanes + width);
        Vector256.Store(c2, lanes + (2 * width));
        Vector256.Store(c3, lanes + (3 * width));
        Vector256.Store(c4, lanes + (4 * width));
    }

    /// <summary>
    /// g = G w and the query's label wᵀx_q, to where they belong behind the triangle of G, as <see cref="GramSums.LinearLabels"/> has them
    /// without (1/N) Σ y².
    /// </summary>
    /// <param name="sums">The statistics of eight prompts side by side, with x_q in its place.</param>
    /// <param name="width">Numbers from one entry to the next.</param>
    /// <param name="w">The task vectors.</param>
    /// <param name="widthOfTasks">Numbers from one entry of them to the next.</param>
    /// <param name="isAdded">Whether g is added to what stands in its place.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void LinearLabels(float* sums, nint width, float* w, nint widthOfTasks, bool isAdded)
    {
        float* cross = sums + (15 * width);
        float* query = cross + (Dimension * width);
        Vector256<float> g0 = isAdded ? Vector256.Load(cross) : Vector256<float>.Zero;
        Vector256<float> g1 = isAdded ? Vector256.Load(cross + width) : Vector256<float>.Zero;
        Vector256<float> g2 = isAdded ? Vector256.Load(cross + (2 * width)) : Vector256<float>.Zero;
        Vector256<float> g3 = isAdded ? Vector256.Load(cross + (3 * width)) : Vector256<float>.Zero;
        Vector256<float> g4 = isAdded ? Vector256.Load(cross + (4 * width)) : Vector256<float>.Zero;
        Vector256<float> w0 = Vector256.Load(w);
        Vector256<float> w1 = Vector256.Load(w + widthOfTasks);
        Vector256<float> w2 = Vector256.Load(w + (2 * widthOfTasks));
        Vector256<float> w3 = Vector256.Load(w + (3 * widthOfTasks));
        Vector256<float> w4 = Vector256.Load(w + (4 * widthOfTasks));
        g0 = Vector256.FusedMultiplyAdd(Vector256.Load(sums), w0, g0);
        g0 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + width), w1, g0);
        g0 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (3 * width)), w2, g0);
        g0 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (6 * width)), w3, g0);
        g0 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (10 * width)), w4, g0);
        g1 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + width), w0, g1);
        g1 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (2 * width)), w1, g1);
        g1 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (4 * width)), w2, g1);
        g1 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (7 * width)), w3, g1);
        g1 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (11 * width)), w4, g1);
        g2 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (3 * width)), w0, g2);
        g2 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (4 * width)), w1, g2);
        g2 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (5 * width)), w2, g2);
        g2 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (8 * width)), w3, g2);
        g2 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (12 * width)), w4, g2);
        g3 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (6 * width)), w0, g3);
        g3 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (7 * width)), w1, g3);
        g3 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (8 * width)), w2, g3);
        g3 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (9 * width)), w3, g3);
        g3 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (13 * width)), w4, g3);
        g4 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (10 * width)), w0, g4);
        g4 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (11 * width)), w1, g4);
        g4 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (12 * width)), w2, g4);
        g4 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (13 * width)), w3, g4);
        g4 = Vector256.FusedMultiplyAdd(Vector256.Load(sums + (14 * width)), w4, g4);
        Vector256.Store(g0, cross);
        Vector256.Store(g1, cross + width);
        Vector256.Store(g2, cross + (2 * width));
        Vector256.Store(g3, cross + (3 * width));
        Vector256.Store(g4, cross + (4 * width));
        Vector256<float> label = Vector256<float>.Zero;
        label = Vector256.FusedMultiplyAdd(w0, Vector256.Load(query), label);
        label = Vector256.FusedMultiplyAdd(w1, Vector256.Load(query + width), label);
        label = Vector256.FusedMultiplyAdd(w2, Vector256.Load(query + (2 * width)), label);
        label = Vector256.FusedMultiplyAdd(w3, Vector256.Load(query + (3 * width)), label);
        label = Vector256.FusedMultiplyAdd(w4, Vector256.Load(query + (4 * width)), label);
        Vector256.Store(label, query + (Dimension * width));
    }

    /// <summary>Four columns of eight prompts: lane p of column c has number c of prompt p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(
        byte* x, nint stride, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        byte* fourth = x + (4 * stride);
        Vector256<float> r0 = Vector256.Create(Vector128.Load((float*)x), Vector128.Load((float*)fourth));
        Vector256<float> r1 = Vector256.Create(Vector128.Load((float*)(x + stride)), Vector128.Load((float*)(fourth + stride)));
        Vector256<float> r2 = Vector256.Create(
            Vector128.Load((float*)(x + (2 * stride))), Vector128.Load((float*)(fourth + (2 * stride))));
        Vector256<float> r3 = Vector256.Create(
            Vector128.Load((float*)(x + (3 * stride))), Vector128.Load((float*)(fourth + (3 * stride))));
        Vector256<float> low01 = Avx.UnpackLow(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3);
        Vector256<float> high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> high23 = Avx.UnpackHigh(r2, r3);
        c0 = Avx.Shuffle(low01, low23, 0x44);
        c1 = Avx.Shuffle(low01, low23, 0xEE);
        c2 = Avx.Shuffle(high01, high23, 0x44);
        c3 = Avx.Shuffle(high01, high23, 0xEE);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddTokens(byte* x, nint stride, int tokens, float factor, float* sums, int lanes)
    {
        Vector256<float> s00 = Vector256<float>.Zero;
        Vector256<float> s10 = Vector256<float>.Zero, s11 = Vector256<float>.Zero;
        Vector256<float> s20 = Vector256<float>.Zero, s21 = Vector256<float>.Zero, s22 = Vector256<float>.Zero;
        Vector256<float> s30 = Vector256<float>.Zero, s31 = Vector256<float>.Zero, s32 = Vector256<float>.Zero, s33 = Vector256<float>.Zero;
        Vector256<float> s40 = Vector256<float>.Zero;
        Vector256<float> s41 = Vector256<float>.Zero;
        Vector256<float> s42 = Vector256<float>.Zero;
        Vector256<float> s43 = Vector256<float>.Zero;
        Vector256<float> s44 = Vector256<float>.Zero;
        for (; tokens > 0; tokens -= TokensAtOnce, x += TokensAtOnce * Dimension * sizeof(float))
        {
            Columns(x, stride, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
            Columns(x + 16, stride, out Vector256<float> c4, out Vector256<float> c5, out Vector256<float> c6, out Vector256<float> c7);
            Add(
                c0, c1, c2, c3, c4,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            Columns(x + 32, stride, out Vector256<float> c8, out Vector256<float> c9, out Vector256<float> c10, out Vector256<float> c11);
            Add(
                c5, c6, c7, c8, c9,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            Columns(x + 48, stride, out Vector256<float> c12, out Vector256<float> c13, out Vector256<float> c14, out Vector256<float> c15);
            Add(
                c10, c11, c12, c13, c14,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            Columns(x + 64, stride, out Vector256<float> c16, out Vector256<float> c17, out Vector256<float> c18, out Vector256<float> c19);
            Add(
                c15, c16, c17, c18, c19,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
        }

        Vector256<float> share = Vector256.Create(factor);
        Vector256.Store(s00 * share, sums);
        Vector256.Store(s10 * share, sums + lanes);
        Vector256.Store(s11 * share, sums + (2 * (nint)lanes));
        Vector256.Store(s20 * share, sums + (3 * (nint)lanes));
        Vector256.Store(s21 * share, sums + (4 * (nint)lanes));
        Vector256.Store(s22 * share, sums + (5 * (nint)lanes));
        Vector256.Store(s30 * share, sums + (6 * (nint)lanes));
        Vector256.Store(s31 * share, sums + (7 * (nint)lanes));
        Vector256.Store(s32 * share, sums + (8 * (nint)lanes));
        Vector256.Store(s33 * share, sums + (9 * (nint)lanes));
        Vector256.Store(s40 * share, sums + (10 * (nint)lanes));
        Vector256.Store(s41 * share, sums + (11 * (nint)lanes));
        Vector256.Store(s42 * share, sums + (12 * (nint)lanes));
        Vector256.Store(s43 * share, sums + (13 * (nint)lanes));
        Vector256.Store(s44 * share, sums + (14 * (nint)lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddTokensAndLabels(
        byte* x, nint stride, byte* y, nint labelStride, int tokens, float factor, float* sums, int lanes)
    {
        Vector256<float> s00 = Vector256<float>.Zero;
        Vector256<float> s10 = Vector256<float>.Zero, s11 = Vector256<float>.Zero;
        Vector256<float> s20 = Vector256<float>.Zero, s21 = Vector256<float>.Zero, s22 = Vector256<float>.Zero;
        Vector256<float> s30 = Vector256<float>.Zero, s31 = Vector256<float>.Zero, s32 = Vector256<float>.Zero, s33 = Vector256<float>.Zero;
        Vector256<float> s40 = Vector256<float>.Zero;
        Vector256<float> s41 = Vector256<float>.Zero;
        Vector256<float> s42 = Vector256<float>.Zero;
        Vector256<float> s43 = Vector256<float>.Zero;
        Vector256<float> s44 = Vector256<float>.Zero;
        Vector256<float> g0 = Vector256<float>.Zero;
        Vector256<float> g1 = Vector256<float>.Zero;
        Vector256<float> g2 = Vector256<float>.Zero;
        Vector256<float> g3 = Vector256<float>.Zero;
        Vector256<float> g4 = Vector256<float>.Zero;
        for (; tokens > 0; tokens -= TokensAtOnce, x += TokensAtOnce * Dimension * sizeof(float), y += TokensAtOnce * sizeof(float))
        {
            Columns(y, labelStride, out Vector256<float> y0, out Vector256<float> y1, out Vector256<float> y2, out Vector256<float> y3);
            Columns(x, stride, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
            Columns(x + 16, stride, out Vector256<float> c4, out Vector256<float> c5, out Vector256<float> c6, out Vector256<float> c7);
            Add(
                c0, c1, c2, c3, c4,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            AddLabel(c0, c1, c2, c3, c4, y0, ref g0, ref g1, ref g2, ref g3, ref g4);
            Columns(x + 32, stride, out Vector256<float> c8, out Vector256<float> c9, out Vector256<float> c10, out Vector256<float> c11);
            Add(
                c5, c6, c7, c8, c9,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            AddLabel(c5, c6, c7, c8, c9, y1, ref g0, ref g1, ref g2, ref g3, ref g4);
            Columns(x + 48, stride, out Vector256<float> c12, out Vector256<float> c13, out Vector256<float> c14, out Vector256<float> c15);
            Add(
                c10, c11, c12, c13, c14,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            AddLabel(c10, c11, c12, c13, c14, y2, ref g0, ref g1, ref g2, ref g3, ref g4);
            Columns(x + 64, stride, out Vector256<float> c16, out Vector256<float> c17, out Vector256<float> c18, out Vector256<float> c19);
            Add(
                c15, c16, c17, c18, c19,
                ref s00, ref s10, ref s11, ref s20, ref s21, ref s22, ref s30, ref s31, ref s32, ref s33, ref s40, ref s41, ref s42,
                ref s43, ref s44);
            AddLabel(c15, c16, c17, c18, c19, y3, ref g0, ref g1, ref g2, ref g3, ref g4);
        }

        Vector256<float> share = Vector256.Create(factor);
        Vector256.Store(s00 * share, sums);
        Vector256.Store(s10 * share, sums + lanes);
        Vector256.Store(s11 * share, sums + (2 * (nint)lanes));
        Vector256.Store(s20 * share, sums + (3 * (nint)lanes));
        Vector256.Store(s21 * share, sums + (4 * (nint)lanes));
        Vector256.Store(s22 * share, sums + (5 * (nint)lanes));
        Vector256.Store(s30 * share, sums + (6 * (nint)lanes));
        Vector256.Store(s31 * share, sums + (7 * (nint)lanes));
        Vector256.Store(s32 * share, sums + (8 * (nint)lanes));
        Vector256.Store(s33 * share, sums + (9 * (nint)lanes));
        Vector256.Store(s40 * share, sums + (10 * (nint)lanes));
        Vector256.Store(s41 * share, sums + (11 * (nint)lanes));
        Vector256.Store(s42 * share, sums + (12 * (nint)lanes));
        Vector256.Store(s43 * share, sums + (13 * (nint)lanes));
        Vector256.Store(s44 * share, sums + (14 * (nint)lanes));
        Vector256.Store(g0 * share, sums + (15 * (nint)lanes));
        Vector256.Store(g1 * share, sums + (16 * (nint)lanes));
        Vector256.Store(g2 * share, sums + (17 * (nint)lanes));
        Vector256.Store(g3 * share, sums + (18 * (nint)lanes));
        Vector256.Store(g4 * share, sums + (19 * (nint)lanes));
    }

    /// <summary>Adds a token's products to the triangle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector256<float> x0, Vector256<float> x1, Vector256<float> x2, Vector256<float> x3, Vector256<float> x4,
        ref Vector256<float> s00, ref Vector256<float> s10, ref Vector256<float> s11, ref Vector256<float> s20,
        ref Vector256<float> s21, ref Vector256<float> s22, ref Vector256<float> s30, ref Vector256<float> s31,
        ref Vector256<float> s32, ref Vector256<float> s33, ref Vector256<float> s40, ref Vector256<float> s41,
        ref Vector256<float> s42, ref Vector256<float> s43, ref Vector256<float> s44)
    {
        s00 = Vector256.FusedMultiplyAdd(x0, x0, s00);
        s10 = Vector256.FusedMultiplyAdd(x1, x0, s10);
        s11 = Vector256.FusedMultiplyAdd(x1, x1, s11);
        s20 = Vector256.FusedMultiplyAdd(x2, x0, s20);
        s21 = Vector256.FusedMultiplyAdd(x2, x1, s21);
        s22 = Vector256.FusedMultiplyAdd(x2, x2, s22);
        s30 = Vector256.FusedMultiplyAdd(x3, x0, s30);
        s31 = Vector256.FusedMultiplyAdd(x3, x1, s31);
        s32 = Vector256.FusedMultiplyAdd(x3, x2, s32);
        s33 = Vector256.FusedMultiplyAdd(x3, x3, s33);
        s40 = Vector256.FusedMultiplyAdd(x4, x0, s40);
        s41 = Vector256.FusedMultiplyAdd(x4, x1, s41);
        s42 = Vector256.FusedMultiplyAdd(x4, x2, s42);
        s43 = Vector256.FusedMultiplyAdd(x4, x3, s43);
        s44 = Vector256.FusedMultiplyAdd(x4, x4, s44);
    }

    /// <summary>Adds a token's products with its label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddLabel(
        Vector256<float> x0, Vector256<float> x1, Vector256<float> x2, Vector256<float> x3, Vector256<float> x4, Vector256<float> y,
        ref Vector256<float> g0, ref Vector256<float> g1, ref Vector256<float> g2, ref Vector256<float> g3, ref Vector256<float> g4)
    {
        g0 = Vector256.FusedMultiplyAdd(x0, y, g0);
        g1 = Vector256.FusedMultiplyAdd(x1, y, g1);
        g2 = Vector256.FusedMultiplyAdd(x2, y, g2);
        g3 = Vector256.FusedMultiplyAdd(x3, y, g3);
        g4 = Vector256.FusedMultiplyAdd(x4, y, g4);
    }

    /// <summary>Adds up to three tokens to sums in memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddRest(float* x, long stride, float* y, long labelStride, int tokens, float* sums, int lanes)
    {
        Vector256<float>* columns = stackalloc Vector256<float>[TokensAtOnce * (Dimension + 1)];
        Vector256<float>* labels = columns + (TokensAtOnce * Dimension);
        for (int first = 0; first < tokens * Dimension; first += 4)
        {
            Columns(
                (byte*)(x + first), (nint)stride * sizeof(float), out columns[first], out columns[first + 1], out columns[first + 2],
                out columns[first + 3]);
        }

        if (y is not null)
        {
            Columns((byte*)y, (nint)labelStride * sizeof(float), out labels[0], out labels[1], out labels[2], out labels[3]);
        }

        for (int n = 0; n < tokens; n++, columns += Dimension)
        {
            float* sum = sums;
            for (int i = 0; i < Dimension; i++)
            {
                for (int j = 0; j <= i; j++, sum += lanes)
                {
                    Vector256.Store(Vector256.FusedMultiplyAdd(columns[i], columns[j], Vector256.Load(sum)), sum);
                }
            }

            for (int i = 0; y is not null && i < Dimension; i++, sum += lanes)
            {
                Vector256.Store(Vector256.FusedMultiplyAdd(columns[i], labels[n], Vector256.Load(sum)), sum);
            }
        }
    }

    /// <summary>The sums of all tokens, with sixteen registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void MeansByMemory(float* x, long stride, float* y, long labelStride, int tokens, float* sums, int lanes)
    {
        // Four columns more than belong to a chunk's tokens may be written, and are not read.
        byte* memory = stackalloc byte[((Chunk * (Dimension + 1)) + 9) * sizeof(Vector256<float>)];
        Vector256<float>* columns = StackMemory.Aligned<Vector256<float>>(memory);
        Vector256<float>* labels = columns + (Chunk * Dimension) + 4;
        for (int done = 0; done < tokens; done += Chunk)
        {
            int now = Math.Min(Chunk, tokens - done);
            bool isFirst = done == 0;
            float factor = done + now == tokens ? 1f / tokens : 1;
            Turn(x + (done * Dimension), stride, now * Dimension, columns);
            AddFourRows(columns, now, sums, lanes, isFirst, factor);
            AddFive(columns, columns + 4, Dimension, now, sums + (10 * (nint)lanes), lanes, isFirst, factor);
            if (y is not null)
            {
                Turn(y + done, labelStride, now, labels);
                AddFive(columns, labels, 1, now, sums + (15 * (nint)lanes), lanes, isFirst, factor);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Turn(float* x, long stride, int columns, Vector256<float>* turned)
    {
        nint bytes = (nint)stride * sizeof(float);
        for (; columns > 0; columns -= 4, x += 4, turned += 4)
        {
            Columns((byte*)x, bytes, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3);
            (turned[0], turned[1], turned[2], turned[3]) = (c0, c1, c2, c3);
        }
    }

    /// <summary>Adds the products of the first four columns to the sums, or to zeros, and multiplies by a factor.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddFourRows(Vector256<float>* x, int tokens, float* sums, int lanes, bool isFirst, float factor)
    {
        Vector256<float> s00 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums);
        Vector256<float> s10 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + lanes);
        Vector256<float> s11 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (2 * (nint)lanes));
        Vector256<float> s20 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (3 * (nint)lanes));
        Vector256<float> s21 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (4 * (nint)lanes));
        Vector256<float> s22 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (5 * (nint)lanes));
        Vector256<float> s30 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (6 * (nint)lanes));
        Vector256<float> s31 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (7 * (nint)lanes));
        Vector256<float> s32 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (8 * (nint)lanes));
        Vector256<float> s33 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (9 * (nint)lanes));
        for (; tokens > 0; tokens--, x += Dimension)
        {
            Vector256<float> x0 = x[0];
            Vector256<float> x1 = x[1];
            Vector256<float> x2 = x[2];
            Vector256<float> x3 = x[3];
            s00 = Vector256.FusedMultiplyAdd(x0, x0, s00);
            s10 = Vector256.FusedMultiplyAdd(x1, x0, s10);
            s11 = Vector256.FusedMultiplyAdd(x1, x1, s11);
            s20 = Vector256.FusedMultiplyAdd(x2, x0, s20);
            s21 = Vector256.FusedMultiplyAdd(x2, x1, s21);
            s22 = Vector256.FusedMultiplyAdd(x2, x2, s22);
            s30 = Vector256.FusedMultiplyAdd(x3, x0, s30);
            s31 = Vector256.FusedMultiplyAdd(x3, x1, s31);
            s32 = Vector256.FusedMultiplyAdd(x3, x2, s32);
            s33 = Vector256.FusedMultiplyAdd(x3, x3, s33);
        }

        Vector256<float> share = Vector256.Create(factor);
        Vector256.Store(s00 * share, sums);
        Vector256.Store(s10 * share, sums + lanes);
        Vector256.Store(s11 * share, sums + (2 * (nint)lanes));
        Vector256.Store(s20 * share, sums + (3 * (nint)lanes));
        Vector256.Store(s21 * share, sums + (4 * (nint)lanes));
        Vector256.Store(s22 * share, sums + (5 * (nint)lanes));
        Vector256.Store(s30 * share, sums + (6 * (nint)lanes));
        Vector256.Store(s31 * share, sums + (7 * (nint)lanes));
        Vector256.Store(s32 * share, sums + (8 * (nint)lanes));
        Vector256.Store(s33 * share, sums + (9 * (nint)lanes));
    }

    /// <summary>The same with the products of all five columns and another number of each token.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddFive(
        Vector256<float>* x, Vector256<float>* with, int stride, int tokens, float* sums, int lanes, bool isFirst, float factor)
    {
        Vector256<float> s0 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums);
        Vector256<float> s1 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + lanes);
        Vector256<float> s2 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (2 * (nint)lanes));
        Vector256<float> s3 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (3 * (nint)lanes));
        Vector256<float> s4 = isFirst ? Vector256<float>.Zero : Vector256.Load(sums + (4 * (nint)lanes));
        for (; tokens > 0; tokens--, x += Dimension, with += stride)
        {
            Vector256<float> y = *with;
            s0 = Vector256.FusedMultiplyAdd(y, x[0], s0);
            s1 = Vector256.FusedMultiplyAdd(y, x[1], s1);
            s2 = Vector256.FusedMultiplyAdd(y, x[2], s2);
            s3 = Vector256.FusedMultiplyAdd(y, x[3], s3);
            s4 = Vector256.FusedMultiplyAdd(y, x[4], s4);
        }

        Vector256<float> share = Vector256.Create(factor);
        Vector256.Store(s0 * share, sums);
        Vector256.Store(s1 * share, sums + lanes);
        Vector256.Store(s2 * share, sums + (2 * (nint)lanes));
        Vector256.Store(s3 * share, sums + (3 * (nint)lanes));
        Vector256.Store(s4 * share, sums + (4 * (nint)lanes));
    }
}

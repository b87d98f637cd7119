using System.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Tests.Statistics;

/// <summary>Gram statistics prompt by prompt: the triangle of G, g, x_q, y_q, and the mean of y² where it is there.</summary>
internal static class GramNumbers
{
    public static unsafe double[][] Of<T>(GramStatistics<T> statistics)
        where T : unmanaged, INumberBase<T>
    {
        int lanes = sizeof(T) == sizeof(float) ? 16 : 8;
        int stride = statistics.Layout.Stride;
        double[][] prompts = new double[statistics.BatchSize][];
        for (int b = 0; b < prompts.Length; b++)
        {
            prompts[b] = new double[stride];
            for (int i = 0; i < stride; i++)
            {
                prompts[b][i] = double.CreateTruncating(statistics.Pointer[((((long)(b / lanes) * stride) + i) * lanes) + (b % lanes)]);
            }
        }

        GC.KeepAlive(statistics);
        return prompts;
    }
}

namespace LinearTransformers.Prompts.Covariates;

/// <summary>Lengths of covariates.</summary>
internal static class Lengths
{
    /// <summary>x ← x/‖x‖.</summary>
    public static void Normalize(Span<float> x)
    {
        float squares = 0;
        for (int i = 0; i < x.Length; i++)
        {
            squares = MathF.FusedMultiplyAdd(x[i], x[i], squares);
        }

        float length = MathF.Sqrt(squares);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] /= length;
        }
    }

    /// <summary>x ← c x.</summary>
    public static void Scale(Span<float> x, float factor)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= factor;
        }
    }
}

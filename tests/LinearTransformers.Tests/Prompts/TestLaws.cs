using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Tests.Prompts;

/// <summary>Entries that do not begin as normal numbers, and two factors of each covariate.</summary>
[Part("stretched-cubes", "uniform on a cube, of random lengths, moved by random numbers")]
internal sealed record StretchedCubes : CovariateLaw
{
    public override bool HasNormalEntries => false;

    public override int FactorCount => 2;

    public override void FillEntries(IDraws draws, Span<float> entries) => draws.FillUniform(entries, -1, 1);

    public override void DrawFactors(IDraws draws, Span<float> factors) => draws.FillUniform(factors, 1, 2);

    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
        foreach (ref float entry in vector)
        {
            entry = (entry * factors[0]) + factors[1];
        }
    }
}

/// <summary>Task vectors of random lengths.</summary>
[Part("stretched", "normal, of random lengths")]
internal sealed record StretchedTasks : TaskLaw
{
    public override int FactorCount => 1;

    public override void DrawFactors(IDraws draws, Span<float> factors) => draws.FillNormal(factors, 3, 0.5f);

    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
        foreach (ref float entry in vector)
        {
            entry *= factors[0];
        }
    }
}

/// <summary>Labels (wᵀx)², by the rule for a single token.</summary>
[Part("squares", "(wᵀx)²")]
internal sealed record SquaredLabels : LabelRule
{
    public override float Label(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        float label = new LinearLabels().Label(x, w);
        return label * label;
    }
}

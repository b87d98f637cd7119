#!/usr/bin/env dotnet
#:project ../src/LinearTransformers.Cli/LinearTransformers.Cli.csproj

// lintf with three parts of your own: a law of covariates, an optimizer and a measurement. Every
// command knows them as it knows the built-in ones: train, plot, report, help, completion.
// Run it with: dotnet run -c Release samples/own-parts.cs -- train --covariates signs
//     --alg power:0.7 --out runs/own
// and then: dotnet run -c Release samples/own-parts.cs -- plot largest-parameter runs/own
using System.Numerics;
using LinearTransformers.Cli;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Settings;

CovariateLaw.Catalog.Add<Signs>();
Optimizer.Catalog.Add<Power>();
Measurement.Catalog.Add<LargestParameter>();
return Lintf.Run(args);

[Part("signs", "every entry 1 or -1")]
record Signs : CovariateLaw
{
    public override bool IsShaped => true;

    // Makes a covariate of standard normal entries.
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
        for (int i = 0; i < vector.Length; i++) { vector[i] = MathF.Sign(vector[i]); }
    }
}

[Part("power", "steps along sign(g) |g|^p")]
record Power : Optimizer
{
    [Setting(Position = 1, Value = "p", AtLeast = 0)] public double P { get; init; } = 0.5;

    public override IOptimizer<T> Create<T>(int count) => new Steps<T>(T.CreateTruncating(P));

    class Steps<T>(T power) : GradientOptimizer<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public override void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                parameters[i] -= T.CreateTruncating(stepSize) * T.CopySign(T.Pow(T.Abs(gradient[i]), power), gradient[i]);
            }
        }
    }
}

[Part("largest-parameter", "largest parameter in size")]
record LargestParameter : Measurement
{
    public override double Measure(MeasuredModel model) => model.Parameters.Max(Math.Abs);
}

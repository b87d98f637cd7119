#!/usr/bin/env dotnet
#:project ../src/LinearTransformers.Cli/LinearTransformers.Cli.csproj

// lintf with a measurement of your own: how far minus the gradient points along the parameters.
// Its figure is drawn along runs by its name, as those of the library are.
// Run it with: dotnet run -c Release samples/own-measurement.cs -- plot radial-share runs/mine
using LinearTransformers.Cli;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Settings;

Measurement.Catalog.Add<RadialShare>();
return Lintf.Run(args);

[Part("radial-share", "cosine of the angle between minus the gradient and the parameters")]
record RadialShare : Measurement
{
    public override bool CanBeNegative => true;

    public override double Measure(MeasuredModel model)
    {
        double[] gradient = model.Gradient();
        double along = -gradient.Zip(model.Parameters, (g, p) => g * p).Sum();
        return along / Math.Sqrt(gradient.Sum(g => g * g) * model.Parameters.Sum(p => p * p));
    }
}

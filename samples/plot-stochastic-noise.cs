#!/usr/bin/env dotnet
#:project ../src/LinearTransformers.Experiments/LinearTransformers.Experiments.csproj

// The published notebook 'plot_stochastic_noise'.
// Draws a histogram of the norms of the gradient noise at the initial model.
// Run it with: dotnet run samples/plot-stochastic-noise.cs [samples] [file without extension]
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;
using LinearTransformers.Random;
using LinearTransformers.Training;

int samples = args.Length > 0 ? int.Parse(args[0]) : 10_000;
string file = args.Length > 1 ? args[1] : "noise";
TrainingSettings settings = new() { Seed = 1 };
TorchStream stream = new(1);
float[] parameters = settings.Initialize(stream);
GradientNoise noise = GradientNoise.Sample(settings.NewLoss<float>(), parameters, settings.Prompts(null), stream, samples);
TailFigures tail = TailFigures.Of(noise.Norms);
Console.WriteLine($"mean {tail.Mean.Value:F3}, excess kurtosis {tail.ExcessKurtosis.Value:F2} ± {tail.ExcessKurtosis.Error:F2}");
FigureWriter.Save(new HistogramFigure("", "Gradient error", Histogram.Of(noise.Norms, 100)), file);
Console.WriteLine($"{file}.png  .svg  .pdf");

#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'plot_smoothness_vs_gradnorm'.
// The curvature along each step and the gradient norm, at 20 points of a run of Adam.
// Run it with: dotnet run samples/plot-smoothness-vs-gradnorm.cs [iterations]
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

TrainingSettings settings = new() { LearningRate = 0.02, Seed = 1, MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 1000 };
TrainingRun<float> run = new(settings);
run.Run();
PromptBatch test = new(settings.Prompts(null));
test.Draw(new TorchStream(99));
BatchLoss<float> loss = settings.NewLoss<float>();
loss.Load(test);
Curvature<float> curvature = new(loss);
float[] gradient = new float[run.Shape.ParameterCount];
for (int t = 0; t < settings.MaxIterations; t += Math.Max(1, settings.MaxIterations / 20))
{
    float[] here = run.History.At(t).ToArray();
    float[] step = [.. run.History.At(t + 1).ToArray().Zip(here, (next, now) => next - now)];
    loss.Evaluate(here, gradient);
    double norm = Math.Sqrt(gradient.Sum(entry => (double)entry * entry));
    Console.WriteLine($"iteration {t}: gradient norm {norm:G4}, curvature along the step {curvature.Along(here, step):G4}");
}

#!/usr/bin/env dotnet
#:project ../src/LinearTransformers.Experiments/LinearTransformers.Experiments.csproj

// The published notebook 'plot_loss'.
// Draws the test loss of SGD and Adam, each the mean over three seeds.
// Run it with: dotnet run samples/plot-loss.cs [iterations] [file without extension]
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;
using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

int iterations = args.Length > 0 ? int.Parse(args[0]) : 1000;
string file = args.Length > 1 ? args[1] : "loss";
List<Series> curves = [];
foreach ((string name, Optimizer optimizer) in ((string, Optimizer)[])[("Sgd", new Sgd()), ("Adam", new Adam())])
{
    TrainingSettings settings = new() { Optimizer = optimizer, LearningRate = 0.02, MaxIterations = iterations, HistoryStride = 50 };
    PromptBatch test = new(settings.Prompts(null));
    test.Draw(new TorchStream(99));
    BatchLoss<float> loss = BatchLoss<float>.Of(settings.Shape);
    loss.Load(test);
    double[][] losses = [.. Enumerable.Range(0, 3).Select(seed =>
    {
        TrainingRun<float> run = new(settings with { Seed = seed });
        run.Run();
        return run.History.Iterations.Select(t => loss.Evaluate(run.History.At((int)t))).ToArray();
    })];
    double[] mean = [.. Enumerable.Range(0, losses[0].Length).Select(i => losses.Average(seed => seed[i]))];
    curves.Add(new Series(name, Enumerable.Range(0, mean.Length).Select(i => 50.0 * i), mean));
    Console.WriteLine($"{name}: test loss {mean[^1]:G4} after {iterations} iterations, mean of 3 seeds");
}

FigureWriter.Save(new LineFigure("", new Axis("Iteration"), new Axis("Test loss", AxisScale.Logarithmic), curves), file);
Console.WriteLine($"{file}.png  .svg  .pdf");

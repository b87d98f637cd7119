#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'nonlinear_regression'.
// A network in front of linear attention learns features; another network makes the labels.
// Trains with SGD and with Adam, and prints the logarithm of the training loss.
// Run it with: dotnet run samples/nonlinear-regression.cs [iterations]
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

foreach ((string name, Optimizer optimizer, double rate) in ((string, Optimizer, double)[])[
    ("Sgd", new Sgd(), 0.05), ("Adam", new Adam(), 0.01)])
{
    TrainingSettings settings = new()
    {
        Model = new NonlinearRegressionModel(),
        Optimizer = optimizer,
        LearningRate = rate,
        BatchSize = 2000,
        InitialDeviation = 0.1,
        HistoryStride = 100,
        MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 1000,
    };
    TrainingRun<float> run = new(settings);
    run.Run(line => Console.WriteLine($"{name}, iteration {line.Iteration}: log loss {Math.Log(line.Loss):F3}"));
}

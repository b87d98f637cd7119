#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'train'.
// The published training with its default settings. The run is saved to a folder that lintf plot
// and Python can read. Started again, the program continues where it stopped.
// Run it with: dotnet run samples/train.cs [iterations] [folder]
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

string folder = args.Length > 1 ? args[1] : "runs/sample";
TrainingSettings settings = new()
{
    Optimizer = new Adam(),
    LearningRate = 0.02,
    MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 10_000,
};
TrainingRun<float> run = RecordedRun.Continue<float>(
    RunDirectory.Open(folder, settings),
    onLog: line => Console.WriteLine(
        $"iteration {line.Iteration}: loss {line.Loss:G4}, gradient norm {line.GradientNorm:G4}"));
Console.WriteLine($"{folder}: {run.Status}, {run.History.Count} snapshots of {run.Shape.ParameterCount} parameters");

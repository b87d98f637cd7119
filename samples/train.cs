#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// 'train': the published training with its defaults, saved to a folder that lintf plot, or Python, can read; it goes on from there when run again.
// Run it with: dotnet run samples/train.cs [iterations] [folder]
using LinearTransformers.Training;

string folder = args.Length > 1 ? args[1] : "runs/sample";
TrainingSettings settings = new()
{
    Algorithm = Algorithm.Adam,
    LearningRate = 0.02,
    MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 10_000,
};
TrainingRun<float> run = RecordedRun.Continue<float>(
    RunDirectory.Open(folder, settings), onLog: line => Console.WriteLine($"iteration {line.Iteration}: loss {line.Loss:G4}, gradient norm {line.GradientNorm:G4}"));
Console.WriteLine($"{folder}: {run.Status}, {run.History.Count} snapshots of {run.Shape.ParameterCount} parameters");

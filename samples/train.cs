#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// Trains the three-layer linear transformer of the simple demonstration and shows its matrices becoming multiples of
// the identity. Run it with: dotnet run samples/train.cs [iterations]
using LinearTransformers.Analysis;
using LinearTransformers.Training;

TrainingSettings settings = new()
{
    BatchSize = 4000,
    LearningRate = 1e-3,
    InitialDeviation = 1e-4,
    MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 2000,
};
TrainingRun<float> run = new(settings);
run.Run(line => Console.WriteLine($"iteration {line.Iteration}: loss {line.Loss:G4}"));
for (int layer = 0; layer < run.Shape.Layers; layer++)
{
    ReadOnlySpan<float> q = run.Parameters.Slice(run.Shape.OffsetOfQ(layer, head: 0), run.Shape.MatrixSize);
    Console.WriteLine($"A{layer}: first entry {q[0]:F2}, distance to identity {DistanceToIdentity.Of(q):F3}");
}

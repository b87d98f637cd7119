#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'simple demonstration'.
// Trains a linear transformer of three layers with Adam. Its test loss falls, and its matrices
// become multiples of the identity.
// Run it with: dotnet run samples/simple-demonstration.cs [iterations]
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Theory;
using LinearTransformers.Training;

TrainingSettings settings = new()
{
    BatchSize = 4000,
    LearningRate = 1e-3,
    ClipThreshold = 1000,
    InitialDeviation = 1e-4,
    DataSeed = 0,
    HistoryStride = 100,
    MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 2000,
};
TrainingRun<float> run = new(settings);
run.Run(line => Console.WriteLine($"iteration {line.Iteration}: loss {line.Loss:G4}"));

PromptBatch test = new(settings.Prompts(null));
test.Draw(new TorchStream(99));
BatchLoss<float> loss = BatchLoss<float>.Of(run.Shape);
loss.Load(test);
foreach (long t in run.History.Iterations)
{
    Console.WriteLine($"iteration {t}: test loss {loss.Evaluate(run.History.At((int)t)):G4}");
}

Console.WriteLine($"least loss of gradient descent with preconditioning: {PreconditionedGradientDescentFloor.Optimum(20, 5, 3).Loss:G4}");
for (int layer = 0; layer < run.Shape.Layers; layer++)
{
    ReadOnlySpan<float> q = run.Parameters.Slice(run.Shape.OffsetOfQ(layer, head: 0), run.Shape.MatrixSize);
    Console.WriteLine($"A{layer}: first entry {q[0]:F2}, distance to identity {DistanceToIdentity.Of(q):F3}");
}

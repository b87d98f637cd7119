#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'variable_N_exp'.
// Three layers against the exact least loss of three steps of gradient descent and against least
// squares, for context lengths 2, 4, …, 20. Simpler than the notebook: the covariance is the
// identity, and batches have 4000 prompts.
// Run it with: dotnet run samples/variable-n.cs [iterations]
using LinearTransformers.Baselines;
using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Theory;
using LinearTransformers.Training;

for (int n = 2; n <= 20; n += 2)
{
    TrainingSettings settings = new()
    {
        ContextLength = n,
        BatchSize = 4000,
        InitialDeviation = 1e-4,
        LearningRate = n < 5 ? 0.001 : 0.01,
        HalveEvery = 2000,
        Optimizer = new Adam { Beta1 = 0.99, Beta2 = 0.99 },
        ClipThreshold = 0.001,
        ClipScope = ClipScope.Matrix,
        HistoryStride = 100,
        DataSeed = 0,
        MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 1000,
    };
    TrainingRun<float> run = new(settings);
    run.Run();
    PromptBatch batch = new(settings.Prompts(null) with { BatchSize = 40_000 });
    batch.Draw(new TorchStream(99));
    GramStatistics<float> test = new(40_000, settings.Dimension);
    test.Compute(batch);
    double transformer = new GramLoss<float>(run.Shape).Evaluate(run.Parameters, test);
    double leastSquares = new LeastSquares<float>(settings.Dimension).Loss(test);
    double floor = PreconditionedGradientDescentFloor.Optimum(n, settings.Dimension, 3).Loss;
    Console.WriteLine(
        $"N = {n}: transformer {transformer:G4}, three steps at best {floor:G4}, "
        + $"least squares {leastSquares:G4} (exactly {Math.Max(0, settings.Dimension - n)} without noise)");
}

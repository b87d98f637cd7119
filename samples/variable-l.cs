#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'variable_L_exp'.
// L layers against L steps of gradient descent, plain and preconditioned, for L = 1 to 4, with the
// exact least loss of each depth.
// Run it with: dotnet run samples/variable-l.cs [iterations]
using LinearTransformers.Baselines;
using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Theory;
using LinearTransformers.Training;

for (int layers = 1; layers <= 4; layers++)
{
    TrainingSettings settings = new()
    {
        Layers = layers,
        Covariance = new RotatedCovariance(),
        BatchSize = 20_000,
        InitialDeviation = 1e-4,
        LearningRate = 0.01,
        HalveEvery = 4000,
        Optimizer = new Adam { Beta1 = 0.99, Beta2 = 0.9 },
        ClipThreshold = 0.01,
        ClipScope = ClipScope.Matrix,
        ResampleEvery = 100,
        HistoryStride = 100,
        DataSeed = 0,
        MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 1000,
    };
    TrainingRun<float> run = new(settings);
    run.Run();
    Covariance covariance = run.History.Covariance!;
    (GramStatistics<float> tuning, GramStatistics<float> test) = (Statistics(seed: 999), Statistics(seed: 99));
    double transformer = new GramLoss<float>(run.Shape).Evaluate(run.Parameters, test);
    GradientDescent<float> plain = new(settings.Dimension);
    GradientDescent<float> preconditioned = new(settings.Dimension, covariance);
    double floor = PreconditionedGradientDescentFloor.Optimum(settings.ContextLength, settings.Dimension, layers).Loss;
    Console.WriteLine(
        $"L = {layers}: transformer {transformer:G4}, gradient descent {Tuned(plain):G4}, "
        + $"preconditioned {Tuned(preconditioned):G4}, exact floor with P = 0 {floor:G4}");

    double Tuned(GradientDescent<float> descent) => descent.Loss(descent.Best(layers, tuning).StepSize, layers, test);

    GramStatistics<float> Statistics(ulong seed)
    {
        PromptBatch batch = new(settings.Prompts(covariance));
        batch.Draw(new TorchStream(seed));
        GramStatistics<float> statistics = new(settings.BatchSize, settings.Dimension);
        statistics.Compute(batch);
        return statistics;
    }
}

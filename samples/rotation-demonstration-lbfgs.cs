#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'rotation demonstration-LBFGS'.
// Covariates have a rotated covariance Σ = U D² Uᵀ. Trains with L-BFGS on one batch. Each A becomes
// a multiple of Σ⁻¹, so D Uᵀ A U D becomes a multiple of the identity.
// Run it with: dotnet run samples/rotation-demonstration-lbfgs.cs [iterations]
using LinearTransformers.Analysis;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

TrainingSettings settings = new()
{
    Covariance = new RotatedCovariance(),
    BatchSize = 20_000,
    InitialDeviation = 1e-4,
    DataSeed = 0,
    HistoryStride = 100,
    Optimizer = new Lbfgs(),
    LearningRate = 0.1,
    ToClip = false,
    ResampleEvery = 0,
    MaxIterations = args.Length > 0 ? int.Parse(args[0]) : 300,
};
TrainingRun<float> run = new(settings);
run.Run(line => Console.WriteLine($"iteration {line.Iteration}: log loss {Math.Log(line.Loss):F3}"));

Covariance covariance = run.History.Covariance!;
for (int layer = 0; layer < run.Shape.Layers; layer++)
{
    double[] scaled = InBasis(run.Parameters.Slice(run.Shape.OffsetOfQ(layer, head: 0), run.Shape.MatrixSize));
    Console.WriteLine($"D Uᵀ A{layer} U D: first entry {scaled[0]:F3}, distance to identity {DistanceToIdentity.Of<double>(scaled):F3}");
}

// (U D)ᵀ A (U D), entry by entry.
double[] InBasis(ReadOnlySpan<float> a)
{
    int d = settings.Dimension;
    double[] result = new double[d * d];
    for (int i = 0; i < d * d * d * d; i++)
    {
        (int row, int column, int k, int l) = (i / (d * d * d), i / (d * d) % d, i / d % d, i % d);
        result[(row * d) + column] += covariance.D[row] * covariance.U[(k * d) + row] * a[(k * d) + l]
            * covariance.U[(l * d) + column] * covariance.D[column];
    }

    return result;
}

using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>What a run trains, and on what: a model's loss on batches that come one after another.</summary>
/// <typeparam name="T">float or double, the precision of parameters and losses.</typeparam>
internal interface ITrainingTask<T>
    where T : unmanaged
{
    /// <summary>The model's parameters.</summary>
    ParameterLayout Layout { get; }

    /// <summary>Entries of a matrix, where gradients are clipped matrix by matrix.</summary>
    int MatrixSize { get; }

    /// <summary>The covariates' covariance; null for the identity.</summary>
    Covariance? Covariance { get; }

    /// <summary>Takes the batch of an iteration from the stream, if a new one is due.</summary>
    void NextBatch(IStream stream, int iteration);

    /// <summary>The loss on the current batch, and its gradient.</summary>
    double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient);

    /// <summary>What is done to parameters after each step.</summary>
    void AfterStep(Span<T> parameters);

    /// <summary>The current batch, if later iterations depend on it.</summary>
    IReadOnlyList<Tensor> SaveBatch();

    /// <summary>Takes up what <see cref="SaveBatch"/> gave.</summary>
    void RestoreBatch(TensorFile state);
}

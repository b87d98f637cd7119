using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

namespace LinearTransformers.Analysis;

/// <summary>
/// The noise of stochastic gradients at some parameters: g_i − g, where g is the gradient on one batch of 100 B prompts,
/// which stands in for the true one, and g_i that on the i-th fresh batch of B. Paper [2], figure 2 and the
/// plot_stochastic_noise notebook, whose draws and numbers these are: the large batch first, then the others, from one stream.
/// </summary>
public sealed class GradientNoise
{
    /// <summary>The large batch is so many times larger.</summary>
    public const int LargeBatches = 100;

    private GradientNoise(float[] trueGradient, double[] norms, double[,]? secondMoments, double? coordinateKurtosis)
    {
        TrueGradient = trueGradient;
        Norms = norms;
        SecondMoments = secondMoments;
        CoordinateKurtosis = coordinateKurtosis;
    }

    /// <summary>g, in the layout of the parameters.</summary>
    public IReadOnlyList<float> TrueGradient { get; }

    /// <summary>‖g_i − g‖ of every sample.</summary>
    public double[] Norms { get; }

    /// <summary>The mean of (g_i − g)(g_i − g)ᵀ, [n, n]; null if it was not asked for.</summary>
    public double[,]? SecondMoments { get; }

    /// <summary>
    /// The excess kurtosis E x⁴/(E x²)² − 3 of a coordinate x of g_i − g, averaged over the coordinates that the loss depends
    /// on: 0 if the noise is Gaussian. Null if second moments were not asked for.
    /// </summary>
    public double? CoordinateKurtosis { get; }

    /// <summary>Draws samples of the noise of a model's gradients.</summary>
    /// <param name="loss">The model's loss; it ends with the last batch loaded.</param>
    /// <param name="parameters">θ.</param>
    /// <param name="prompts">What batches are made of; B is their size.</param>
    /// <param name="stream">Where prompts come from, from where it stands.</param>
    /// <param name="samples">How many.</param>
    /// <param name="secondMoments">Whether second moments are wanted: n² operations a sample for n parameters.</param>
    /// <param name="team">Who shares the work, the loss's as well; the same bits with any number of threads. Null for the caller
    /// alone.</param>
    /// <param name="onSample">Called with the number of samples done.</param>
    /// <param name="stop">Stops between two samples.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static GradientNoise Sample(
        BatchLoss<float> loss,
        ReadOnlySpan<float> parameters,
        PromptSettings prompts,
        IStream stream,
        int samples,
        bool secondMoments = false,
        WorkerTeam? team = null,
        Action<int>? onSample = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        int count = loss.Layout.Count;
        float[] theta = parameters.ToArray();
        NoiseMoments? moments = secondMoments ? new(count, [.. loss.Live]) : null;
        float[] trueGradient = new float[count];
        PromptBatch large = new(prompts with { BatchSize = checked(LargeBatches * prompts.BatchSize) });
        large.Draw(stream);
        stop.ThrowIfCancellationRequested();
        loss.Load(large);
        loss.Evaluate(theta, trueGradient);
        double[] norms = new double[samples];
        float[] gradient = new float[count];
        double[] noise = new double[count];
        PromptBatch current = new(prompts);
        PromptBatch next = new(prompts);
        current.Draw(stream);
        for (int i = 0; i < samples; i++)
        {
            stop.ThrowIfCancellationRequested();
            if (team is null)
            {
                Measure(i);
                DrawNext(i);
            }
            else
            {
                // One thread draws the batch after this one while another measures this one, and helps with it when it is done.
                int sample = i;
                team.For(2, part => (part == 0 ? (Action<int>)DrawNext : Measure)(sample));
            }

            (current, next) = (next, current);
            onSample?.Invoke(i + 1);
        }

        return new GradientNoise(trueGradient, norms, moments?.SecondMoments(samples), moments?.CoordinateKurtosis(samples));

        void Measure(int sample)
        {
            loss.Load(current);
            loss.Evaluate(theta, gradient);
            for (int k = 0; k < noise.Length; k++)
            {
                noise[k] = gradient[k] - trueGradient[k];
            }

            norms[sample] = FixedOrder.Norm<double>(noise);
            moments?.Add(noise);
        }

        void DrawNext(int sample)
        {
            if (sample + 1 < samples)
            {
                next.Draw(stream);
            }
        }
    }
}

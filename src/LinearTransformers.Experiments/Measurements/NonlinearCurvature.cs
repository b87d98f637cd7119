using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Loss and curvature of the nonlinear-regression model on a test batch. Not for use from several threads at once.</summary>
internal sealed class NonlinearCurvature
{
    private readonly NonlinearLoss<float> _loss;
    private readonly TokenBundles<float> _tokens;
    private readonly float[] _direction;
    private readonly float[] _gradient;
    private readonly float[] _product;

    public NonlinearCurvature(TrainingSettings settings, TokenBundles<float> tokens)
    {
        _loss = new(settings.NonlinearShape);
        _tokens = tokens;
        int count = settings.NonlinearShape.ParameterCount;
        (_direction, _gradient, _product) = (new float[count], new float[count], new float[count]);
    }

    /// <summary>The tokens of a batch on the task that the model is trained on, from a stream of its own.</summary>
    public static TokenBundles<float> TestBatch(TrainingSettings settings)
    {
        TokenBundles<float> tokens = new(settings.BatchSize, settings.ContextLength, settings.Dimension);
        tokens.Fill(FreshPrompts.Draw(settings));
        return tokens;
    }

    public double Loss(ReadOnlySpan<float> parameters) => _loss.Evaluate(parameters, _tokens);

    /// <summary>max/median of the sizes on the Hessian's diagonal, as published: the last layer's P counts with all its dead entries.</summary>
    public double ConditionNumber(ReadOnlySpan<float> parameters, CancellationToken stop)
    {
        NonlinearRegressionShape shape = _loss.Shape;
        double[] diagonal = new double[shape.ParameterCount];
        foreach (int i in ParameterCoordinates.Live(shape))
        {
            stop.ThrowIfCancellationRequested();
            Array.Clear(_direction);
            _direction[i] = 1;
            _loss.Evaluate(parameters, _tokens, _direction, _gradient, _product);
            diagonal[i] = _product[i];
        }

        return Analysis.ConditionNumber.Published(diagonal);
    }

    /// <summary>The gradient's norm, and the curvature along the step from here to there.</summary>
    public Smoothness Along(int iteration, ReadOnlySpan<float> here, ReadOnlySpan<float> there)
    {
        double length = 0;
        for (int i = 0; i < here.Length; i++)
        {
            _direction[i] = there[i] - here[i];
            length += (double)_direction[i] * _direction[i];
        }

        length = Math.Sqrt(length);
        for (int i = 0; i < here.Length; i++)
        {
            _direction[i] = (float)(_direction[i] / length);
        }

        _loss.Evaluate(here, _tokens, _direction, _gradient, _product);
        double curvature = 0;
        double squares = 0;
        for (int i = 0; i < here.Length; i++)
        {
            curvature += (double)_direction[i] * _product[i];
            squares += (double)_gradient[i] * _gradient[i];
        }

        return new Smoothness(iteration, Math.Sqrt(squares), curvature);
    }
}

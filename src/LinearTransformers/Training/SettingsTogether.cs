using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>Which settings do not go together, though each by itself makes sense.</summary>
internal static class SettingsTogether
{
    /// <exception cref="SettingException">Says which, its value and what would be right.</exception>
    public static void Check(TrainingSettings settings)
    {
        CheckParameters(settings);
        CheckPrompts(settings);
        CheckModel(settings);
        CheckInit(settings);
        CheckOptimizer(settings);
        CheckSizes(settings);
    }

    private static void CheckPrompts(TrainingSettings s)
    {
        bool takesCovariance = s.Covariates.TakesCovariance && s.Labels.TakesCovariance;
        string where = s.Covariates.TakesCovariance
            ? $"with {Parts.NameOf(s.Labels)} labels"
            : $"with {Parts.NameOf(s.Covariates)} covariates";
        if (!takesCovariance && s.Covariance is not IdentityCovariance)
        {
            throw new SettingException(
                "covariance", Parts.TextOf(s.Covariance), $"identity {where}, whose covariates are not drawn with a covariance");
        }

        if (s.Covariance.WhatIsWrong(s.Dimension) is { } ofCovariates)
        {
            throw new SettingException("covariance", Parts.TextOf(s.Covariance), ofCovariates);
        }

        if (s.TaskCovariance.WhatIsWrong(s.Dimension) is { } ofTasks)
        {
            throw new SettingException("task-covariance", Parts.TextOf(s.TaskCovariance), ofTasks);
        }

        if (s.GivenCovariance is { } given && given.Dimension != s.Dimension)
        {
            throw new SettingException("given-covariance", $"one of dimension {given.Dimension}", $"of d = {s.Dimension}, or left out");
        }

        if (!takesCovariance && s.GivenCovariance is not null)
        {
            throw new SettingException("given-covariance", "there", $"left out {where}, whose covariates are not drawn with a covariance");
        }

        if (s.DataSet < s.BatchSize)
        {
            throw new SettingException("data-set", s.DataSet, $"at least B = {s.BatchSize}, or left out");
        }

        if (s.DataSet is not null && s.ResampleEvery is not null)
        {
            throw new SettingException("resample-every", s.ResampleEvery, "left out with data-set, whose prompts stay as they are");
        }

        if (s.ResampleEvery > 0 && (s.Covariates is not NormalCovariates || !s.Labels.IsLinear))
        {
            throw new SettingException(
                "resample-every", s.ResampleEvery,
                $"left out, or 0, with {Parts.NameOf(s.Covariates)} covariates and {Parts.NameOf(s.Labels)} labels: refreshing in "
                    + "place draws "
                    + "normal prompts with linear labels, whatever those are");
        }
    }

    private static void CheckModel(TrainingSettings s)
    {
        if (s.ClipScope is ClipScope.Matrix && s.Model.MatrixSizes(s.Sizes).Count == 0)
        {
            throw new SettingException(
                "clip-scope", "matrix", $"all with model {Parts.NameOf(s.Model)}, whose parameters are not all matrices");
        }

        if (s.ZeroP && !s.Model.HasP)
        {
            throw new SettingException("zero-p", "true", "false with a model that has no matrices P of covariates alone");
        }

        if (s.Model is LinearTransformerModel { HasTrainedCorner: true, Parameters.IsFull: true } trained)
        {
            throw new SettingException(
                "trained-corner", "true", $"false with parameters {Parts.TextOf(trained.Parameters)}, which have the corner of P already");
        }

        if (s.Model is LinearTransformerModel { IsFull: true, Activation.IsLinear: false } model)
        {
            throw new SettingException(
                "activation", Parts.TextOf(model.Activation),
                model.HasTrainedCorner
                    ? "none with trained-corner, whose attention is linear"
                    : $"none with parameters {Parts.TextOf(model.Parameters)}, whose attention is linear");
        }
    }

    private static void CheckInit(TrainingSettings s)
    {
        if (s is { InitialRun: null, InitialHash: not null })
        {
            throw new SettingException("init-sha256", "there", "left out without init, the run whose parameters it is of");
        }
    }

    private static void CheckOptimizer(TrainingSettings s)
    {
        string name = Parts.NameOf(s.Optimizer);
        if (s.Optimizer.StepsAreItsOwn && s.ZeroP)
        {
            throw new SettingException(
                "zero-p", "true", $"false with alg {name}, which would take the change of the gradient for one along its own move");
        }

        if (s.Optimizer.StepsAreItsOwn && s.WeightDecay > 0)
        {
            throw new SettingException(
                "weight-decay", s.WeightDecay,
                    $"0 with alg {name}, which would take the change of the gradient for one along its own move");
        }

        if (s.Optimizer.StateCount(s.Model.ParameterCount(s.Sizes)) > Array.MaxLength)
        {
            int parameters = (int)Math.Min(s.Model.ParameterCount(s.Sizes), int.MaxValue);
            throw s.Optimizer is Lbfgs lbfgs
                ? new SettingException(
                    "lbfgs-history", lbfgs.History, $"at most {Array.MaxLength / parameters} with {parameters} parameters")
                : new SettingException("alg", name, $"one that keeps fewer numbers with {parameters} parameters");
        }

        if (s.HalveEvery is { } every && !(s.StepSize(s.MaxIterations - 1) > 0))
        {
            throw new SettingException("lr-halve-every", every, "larger: the learning rate would vanish before the last iteration");
        }
    }

    /// <summary>Before anything is allocated.</summary>
    private static void CheckSizes(TrainingSettings s)
    {
        if ((double)s.BatchSize * (s.ContextLength + 1.0) * s.Dimension > Array.MaxLength)
        {
            throw new SettingException(
                "B", s.BatchSize,
                    $"at most {Array.MaxLength / (s.ContextLength + 1L) / s.Dimension} with N = {s.ContextLength} and d = {s.Dimension}");
        }

        if ((s.DataSet ?? 0) * (s.ContextLength + 1.0) * s.Dimension > Array.MaxLength)
        {
            throw new SettingException(
                "data-set", s.DataSet,
                    $"at most {Array.MaxLength / (s.ContextLength + 1L) / s.Dimension} with N = {s.ContextLength} and d = {s.Dimension}");
        }

        double parameters = s.Model.ParameterCount(s.Sizes);
        if (((s.MaxIterations / (double)s.HistoryStride) + 2) * parameters > Array.MaxLength)
        {
            throw new SettingException(
                "hist-stride", s.HistoryStride,
                    $"larger: {s.MaxIterations} iterations would leave more than {Array.MaxLength} numbers in the history");
        }

        if (((s.BatchSize / 256.0) + 1) * (parameters + 1) > Array.MaxLength)
        {
            throw new SettingException("B", s.BatchSize, "smaller: so many prompts of so many parameters do not fit one sum");
        }
    }

    private static void CheckParameters(TrainingSettings s)
    {
        if (s.Model.ParameterCount(s.Sizes) > 1 << 24)
        {
            throw new SettingException("d", s.Dimension, "smaller: more than 16 million parameters are not supported");
        }
    }
}

using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.TaskCovariances;

/// <summary>Ψ of a file: a symmetric positive definite d × d matrix, .npy or .csv.</summary>
[Part("file", "Ψ of a file, .npy or .csv")]
public sealed record FileTaskCovariance : TaskCovarianceLaw
{
    private readonly MatrixOfFile _file = new("task-covariance");

    /// <summary>The file.</summary>
    [Setting(Position = 1, Value = "PATH")]
    public string Path
    {
        get => _file.Path;
        init => _file = _file with { Path = value, Matrix = null };
    }

    /// <summary>Ψ, read where it is first asked for; null where no file is named.</summary>
    /// <exception cref="SettingException">The file cannot be read, or holds no such matrix.</exception>
    [Setting("task-covariance-matrix", HasNoOption = true, IsOmittedIfNull = true, Help = "the file's matrix, row by row")]
    public SymmetricMatrix? Matrix
    {
        get => _file.Matrix;
        init => _file = _file with { Matrix = value };
    }

    /// <inheritdoc/>
    public override string? WhatIsWrong(int dimension) => _file.WhatIsWrong(dimension);

    /// <inheritdoc/>
    public override Covariance? Of() => Covariance.Of(Matrix!);
}

using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Σ of a file: a symmetric positive definite d × d matrix, .npy or .csv.</summary>
[Part("file", "Σ of a file, .npy or .csv")]
public sealed record FileCovariance : CovarianceLaw
{
    private readonly MatrixOfFile _file = new("covariance");

    /// <summary>The file.</summary>
    [Setting(Position = 1, Value = "PATH")]
    public string Path
    {
        get => _file.Path;
        init => _file = _file with { Path = value, Matrix = null };
    }

    /// <summary>Σ, read where it is first asked for; null where no file is named.</summary>
    /// <exception cref="SettingException">The file cannot be read, or holds no such matrix.</exception>
    [Setting("covariance-matrix", HasNoOption = true, IsOmittedIfNull = true, Help = "the file's matrix, row by row")]
    public SymmetricMatrix? Matrix
    {
        get => _file.Matrix;
        init => _file = _file with { Matrix = value };
    }

    /// <inheritdoc/>
    public override string? WhatIsWrong(int dimension) => _file.WhatIsWrong(dimension);

    /// <inheritdoc/>
    public override bool CanBeIdentity => false;

    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension) => Covariance.Of(Matrix!);
}

using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>
/// A matrix that a setting names by its file. What was read stays in a run's configuration, whatever becomes of the file.
/// </summary>
/// <param name="Setting">The setting that names it.</param>
/// <param name="Path">The file; empty where none is named.</param>
internal sealed record MatrixOfFile(string Setting, string Path = "")
{
    private SymmetricMatrix? _matrix;

    /// <summary>The matrix, read where it is first asked for; null where no file is named.</summary>
    /// <exception cref="SettingException">The file cannot be read, or holds no such matrix.</exception>
    public SymmetricMatrix? Matrix
    {
        get => _matrix ??= Read();
        init => _matrix = value;
    }

    /// <summary>What the matrix must be for a dimension that it is not.</summary>
    public string? WhatIsWrong(int dimension) => Matrix is null ? "file:PATH with a path"
        : Matrix.Dimension == dimension ? null
        : $"a matrix of d = {dimension} rows, not of {Matrix.Dimension}";

    private SymmetricMatrix? Read()
    {
        if (Path.Length == 0)
        {
            return null;
        }

        try
        {
            return SymmetricMatrix.Read(Path);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            string reason = exception is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : exception.Message.TrimEnd('.');
            throw new SettingException(
                Setting, "file:" + Path, $"a .npy or .csv file with a symmetric positive definite d × d matrix ({reason})");
        }
    }
}

using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>
/// A matrix that a setting names by its file. What was read stays in a run's configuration, whatever becomes of the file.
/// </summary>
internal static class MatrixOfFile
{
    /// <summary>Reads the matrix; null where no file is named.</summary>
    /// <param name="setting">The setting that names it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="SettingException">It cannot be read, or holds no such matrix.</exception>
    public static SymmetricMatrix? Read(string setting, string path)
    {
        if (path.Length == 0)
        {
            return null;
        }

        try
        {
            return SymmetricMatrix.Read(path);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            string reason = exception is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : exception.Message.TrimEnd('.');
            throw new SettingException(
                setting, "file:" + path, $"a .npy or .csv file with a symmetric positive definite d × d matrix ({reason})");
        }
    }

    /// <summary>What a matrix must be for a dimension that it is not.</summary>
    public static string? WhatIsWrong(SymmetricMatrix? matrix, int dimension) => matrix is null ? "file:PATH with a path"
        : matrix.Dimension == dimension ? null
        : $"a matrix of d = {dimension} rows, not of {matrix.Dimension}";
}

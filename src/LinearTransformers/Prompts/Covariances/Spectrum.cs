namespace LinearTransformers.Prompts.Covariances;

/// <summary>Eigenvalues that are given.</summary>
internal static class Spectrum
{
    /// <summary>What eigenvalues of a matrix of this dimension must be that these are not.</summary>
    public static string? WhatIsWrong(IReadOnlyList<double> eigenvalues, int dimension) => eigenvalues.Count == dimension
        ? null
        : $"a list of d = {dimension} numbers, not of {eigenvalues.Count}";
}

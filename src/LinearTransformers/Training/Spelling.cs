namespace LinearTransformers.Training;

/// <summary>What a misspelt name was meant to be.</summary>
public static class Spelling
{
    private const int MostEdits = 2;

    /// <summary>The candidate with the fewest edits, case aside, if there is one with two at most; null otherwise.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        return candidates
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= MostEdits)
            .Select(candidate => (Candidate: candidate, Edits: Edits(candidate.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(pair => pair.Edits <= MostEdits && pair.Edits < name.Length)
            .OrderBy(pair => pair.Edits)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
    }

    /// <summary>"; did you mean …?", or nothing.</summary>
    public static string Suggestion(string name, IEnumerable<string> candidates)
        => Nearest(name, candidates) is { } nearest ? $"; did you mean {nearest}?" : "";

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j - 1], diagonal));
            }
        }

        return row[^1];
    }
}

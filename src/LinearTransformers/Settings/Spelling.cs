namespace LinearTransformers.Settings;

/// <summary>What a misspelt name was meant to be.</summary>
public static class Spelling
{
    private const int MostEdits = 2;

    /// <summary>From so many letters on a beginning is enough.</summary>
    private const int LeastBeginning = 3;

    /// <summary>
    /// The candidate with the fewest edits, case aside, if there is one with two at most; otherwise the only one that begins
    /// with the name; null if there is none.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string[] all = [.. candidates.Distinct()];
        string? near = all
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= MostEdits)
            .Select(candidate => (Candidate: candidate, Edits: Edits(candidate.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(pair => pair.Edits <= MostEdits && pair.Edits < name.Trim('-').Length)
            .OrderBy(pair => pair.Edits)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
        string[] longer = near is null && name.Trim('-').Length >= LeastBeginning
            ? [.. all.Where(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase))]
            : [];
        return near ?? (longer is [string only] ? only : null);
    }

    /// <summary>"; did you mean …?", or nothing.</summary>
    public static string Suggestion(string name, IEnumerable<string> candidates)
        => Nearest(name, candidates) is { } nearest ? $"; did you mean {nearest}?" : "";

    /// <summary>The fewest letters to insert, delete, replace, or swap with their neighbour.</summary>
    private static int Edits(string a, string b)
    {
        int[,] edits = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                int least = Math.Min(Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                bool isSwapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                edits[i, j] = isSwapped ? Math.Min(least, edits[i - 2, j - 2] + 1) : least;
            }
        }

        return edits[a.Length, b.Length];
    }
}

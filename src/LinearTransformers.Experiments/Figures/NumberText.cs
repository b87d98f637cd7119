using System.Globalization;
using System.Text;

namespace LinearTransformers.Experiments.Figures;

/// <summary>Numbers as they stand in a paper: a true minus sign, powers of ten with superscripts.</summary>
public static class NumberText
{
    private const char Minus = '−';

    private const string SuperscriptDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>10 to the given power: 10⁻³.</summary>
    public static string PowerOfTen(int exponent) => "10" + Superscript(exponent);

    /// <summary>An integer in superscripts: ⁻¹².</summary>
    public static string Superscript(int value)
    {
        StringBuilder text = new();
        foreach (char c in value.ToString(CultureInfo.InvariantCulture))
            text.Append(c == '-' ? '⁻' : SuperscriptDigits[c - '0']);

        return text.ToString();
    }

    /// <summary>With the given number of significant digits and a power of ten: 6.7·10⁻⁴.</summary>
    public static string Scientific(double value, int significantDigits = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(significantDigits, 1);
        if (value == 0 || !double.IsFinite(value))
            return Fixed(value, 0);

        string text = value.ToString("e" + (significantDigits - 1), CultureInfo.InvariantCulture);
        int split = text.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(text.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..split].Replace('-', Minus)}·{PowerOfTen(exponent)}";
    }

    /// <summary>With a fixed number of decimals: −0.71. What rounds to zero has no sign: 0.00.</summary>
    public static string Fixed(double value, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : Minus + "∞";

        string text = value.ToString("F" + decimals, CultureInfo.InvariantCulture);
        bool isZero = text.AsSpan().IndexOfAnyInRange('1', '9') < 0;
        return isZero ? text.TrimStart('-') : text.Replace('-', Minus);
    }

    /// <summary>As <see cref="Fixed"/>, with commas between thousands: 10,000.</summary>
    internal static string Grouped(double value, int decimals)
    {
        string text = value.ToString("N" + decimals, CultureInfo.InvariantCulture);
        bool isZero = text.AsSpan().IndexOfAnyInRange('1', '9') < 0;
        return isZero ? text.TrimStart('-') : text.Replace('-', Minus);
    }
}

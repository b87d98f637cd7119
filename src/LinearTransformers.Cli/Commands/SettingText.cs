using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>How the values of a setting appear in the help.</summary>
internal static class SettingText
{
    /// <summary>The parts that have a setting: "alg sgd", or of several "model a or b".</summary>
    public static string PartsWith(string option)
        => string.Join(" or ", SettingNames.All
            .Where(pair => pair.Setting.Option == option && pair.Part is not null)
            .Select(pair => pair.Part!.Name)
            .Distinct());

    /// <summary>The values that there are, with bars between them, or what the value is called.</summary>
    public static string Values(SettingDeclaration setting)
    {
        string choices = string.Join('|', setting.Choices);
        return choices.Length > 0 ? choices : setting.Value;
    }
}

using System.Globalization;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// The format of run folders. Version 1 is that of files which do not name one. Version 3 has parts in place of version 2's mode. Since
/// version 2 <c>config.json</c>, the history and
/// the state name it, and history and state carry the settings they were made with.
/// </summary>
internal static class RunFormat
{
    /// <summary>The version that is written, and the newest that can be read.</summary>
    public const int Version = 3;

    /// <summary>What the version is called, in JSON and in metadata.</summary>
    public const string VersionKey = "version";

    private const string SettingsKey = "settings";

    /// <summary>The metadata of a file that was made with some settings.</summary>
    public static Dictionary<string, string> Metadata(TrainingSettings settings) => new()
    {
        [VersionKey] = Version.ToString(CultureInfo.InvariantCulture),
        [SettingsKey] = SettingsJson.WriteLine(settings),
    };

    /// <summary>
    /// Refuses a file of a version that is not known, or one that was made with other settings than <c>config.json</c> says. It may have
    /// been made with fewer iterations: when a run is to go on, <c>config.json</c> is the first to say so.
    /// </summary>
    /// <returns>Its version, and the settings it was made with as far as it carries them.</returns>
    /// <exception cref="RunDirectoryException">It is such a file.</exception>
    public static (int Version, TrainingSettings Made) Check(TensorFile file, string path, TrainingSettings settings)
    {
        int version = VersionOf(file, path);
        if (version == 1)
        {
            return (version, settings);
        }

        try
        {
            TrainingSettings made = SettingsJson.ReadOfRun(file.GetMetadata(SettingsKey));
            return made == settings || LongerRun.GoesOn(made, settings) ? (version, made) : throw MadeWithOther(path, made, settings);
        }
        catch (Exception exception) when (exception is FormatException or SettingException)
        {
            throw new RunDirectoryException($"{path}: metadata \"{SettingsKey}\" are no settings: {exception.Message}", exception);
        }
    }

    /// <summary>What is said of a file that was made with other settings.</summary>
    public static RunDirectoryException MadeWithOther(string path, TrainingSettings made, TrainingSettings settings)
        => new($"{path} was made with other settings than config.json beside it says "
            + $"({SettingDifference.Describe(made, "here", settings, "there")}): put config.json back as it was, or choose another folder");

    private static int VersionOf(TensorFile file, string path)
    {
        if (!file.Metadata.TryGetValue(VersionKey, out string? text))
        {
            return 1;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
        {
            throw new RunDirectoryException(
                $"{path}: metadata \"{VersionKey}\" is {Wording.Quote(text)}; it should be a whole number from 1 to {Version}");
        }

        return version <= Version
            ? version
            : throw new RunDirectoryException(
                $"{path} is of version {version}, and this program reads versions up to {Version}: take a newer program, or choose "
                    + "another folder");
    }
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>The names of settings in a configuration, and what values they take.</summary>
internal static class SettingNames
{
    private static readonly PropertyInfo[] Settings =
        [.. typeof(TrainingSettings).GetProperties().Where(property => property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null)];

    private static readonly Dictionary<string, PropertyInfo> ByName = Settings.ToDictionary(Name);

    /// <summary>Names to which a misspelt one may be near: the published names, and those of the library in their spelling, with what they stand for.</summary>
    private static readonly Dictionary<string, string> Meant = Settings
        .SelectMany(property => (string[])[Name(property), JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name)], (property, name) => (name, Name(property)))
        .DistinctBy(pair => pair.name)
        .ToDictionary();

    /// <summary>Whether there is such a setting.</summary>
    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    /// <summary>"; did you mean …?", or nothing.</summary>
    public static string Suggestion(string unknown)
        => Spelling.Nearest(unknown.Replace('_', '-'), Meant.Keys) is { } near ? $"; did you mean {Meant[near]}?" : "";

    /// <summary>What a setting's value must be, and which of the names that it may have was meant.</summary>
    public static string Requirement(string name, string value)
    {
        Type type = ByName[name].PropertyType;
        return Nullable.GetUnderlyingType(type) is { } underlying
            ? Of(underlying, value) + ", or null"
            : Of(type, value) + (type.IsValueType ? "" : ", or null");
    }

    private static string Name(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;

    private static string Of(Type type, string value)
    {
        if (type.IsEnum)
        {
            string[] names = [.. Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
            return $"one of {string.Join(", ", names)}{Spelling.Suggestion(value, names)}";
        }

        return type == typeof(Covariance) ? "an object of U, an array of d × d numbers row by row, and D, an array of d positive numbers"
            : type == typeof(bool) ? "true or false"
            : type == typeof(double) ? "a number"
            : $"a whole number up to {(type == typeof(int) ? int.MaxValue : long.MaxValue)}";
    }
}

namespace LinearTransformers.Settings;

/// <summary>A setting that a record can have, itself or by one of its parts.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Part">The part that it is of; null for the record's own.</param>
/// <param name="Group">Its heading in the help.</param>
public sealed record DeclaredSetting(SettingDeclaration Setting, PartEntry? Part, string? Group);

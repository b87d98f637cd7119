using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>The parameters of another run that a run begins with: <see cref="TrainingSettings.InitialRun"/>.</summary>
internal sealed class InitialParameters
{
    private readonly string _run;
    private readonly string _hash;
    private readonly double[] _parameters;

    private InitialParameters(SourceRun run, TrainingSettings settings)
    {
        (SourceRun read, _parameters) = run.Read(settings);
        _run = read.ToString();
        _hash = settings.Precision is Precision.Double ? HashOf<double>(_parameters) : HashOf<float>(As<float>());
    }

    /// <summary>Those that settings name; null where they name none.</summary>
    /// <exception cref="SettingException">The run is not there, does not fit or has changed, or a setting makes no sense.</exception>
    public static InitialParameters? Of(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.InitialRun is not { } text)
        {
            return null;
        }

        settings.Validate();
        InitialParameters read = new(SourceRun.Of(text), settings);
        return settings.InitialHash is { } hash && hash != read._hash
            ? throw new SettingException("init", text, "a run with the parameters of init-sha256 beside it, and has others by now")
            : read;
    }

    /// <summary>
    /// Settings with the run that they name, as far as it is known. Where the folder holds a run that began with the same parameters, or
    /// with the same run that is there no more, they are its: whoever asks for the same again means that one.
    /// </summary>
    /// <param name="asked">The settings.</param>
    /// <param name="there">Those of the run that the folder holds; null where it holds none.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The settings, and the parameters where they were read.</returns>
    /// <exception cref="SettingException">The run is not there, does not fit or has changed.</exception>
    public static (TrainingSettings Settings, InitialParameters? Read) Resolve(
        TrainingSettings asked, TrainingSettings? there, string folder)
    {
        if (there is null)
        {
            InitialParameters? found = Of(asked);
            return (found?.In(asked) ?? asked, found);
        }

        if (asked.InitialRun is not { } text || there is not { InitialRun: { } recorded, InitialHash: { } hash })
        {
            // One of them begins with no run: they are not the same.
            return (asked, null);
        }

        SourceRun source = SourceRun.Of(text);
        bool isSameRun = recorded == text || source.IsNamedBy(recorded);
        TrainingSettings same = asked with { InitialRun = recorded, InitialHash = hash };
        if (asked.InitialHash == hash || (isSameRun && (!source.IsThere || same with { MaxIterations = there.MaxIterations } != there)))
        {
            return (same, null);
        }

        InitialParameters? read;
        try
        {
            read = new(isSameRun ? SourceRun.Of(recorded) : source, asked);
        }
        catch (SettingException) when (isSameRun)
        {
            read = null;
        }

        return read?._hash == hash ? (same, read)
            : isSameRun ? throw new SettingException(
                "init", text,
                $"as it was when the run in {folder} began with it, and has other parameters by now: with --config {folder} in place of "
                    + "--init that run goes on all the same")
            : (read!.In(asked), read);
    }

    /// <summary>SHA-256 of parameters, as their bytes stand in a tensor file.</summary>
    public static string HashOf<T>(ReadOnlySpan<T> parameters)
        where T : unmanaged
        => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters)));

    /// <summary>Settings that say which these are; where they do, the run may be named in another way.</summary>
    public TrainingSettings In(TrainingSettings settings)
        => settings.InitialHash == _hash ? settings : settings with { InitialRun = _run, InitialHash = _hash };

    /// <summary>The parameters, rounded where they have more digits.</summary>
    public T[] As<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => [.. _parameters.Select(T.CreateTruncating)];
}

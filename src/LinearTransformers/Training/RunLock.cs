using System.Text.Json;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// Keeps a run's folder to one writer: the operating system's lock on <c>writer.lock</c>, which goes with the process however that
/// ends, so that a file left behind locks nobody out. <c>writer.json</c> says who holds it, for the message to others.
/// </summary>
/// <remarks>
/// On Unix the lock is advisory (<c>flock</c>): all that write runs take it, and readers need none. A file system without locks
/// grants it to everybody. The file is removed only once the run is finished: until then another process may have it open and be
/// about to lock it, and would hold a lock on a file that nobody sees. A process that is killed just before leaves it beside a finished
/// run: whoever opens that clears it. The note has a word that is this lock's own, so that a folder that was deleted and made again is
/// told from the one that was locked.
/// </remarks>
internal sealed class RunLock : IDisposable
{
    private const string LockName = "writer.lock";
    private const string NoteName = "writer.json";

    /// <summary>A reader who asks whether it is locked holds it for an instant.</summary>
    private const int Attempts = 8;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(25);

    private readonly string _folder;
    private readonly FileStream _file;
    private readonly string _note;

    private RunLock(string folder, FileStream file)
    {
        _folder = folder;
        _file = file;
        RunWriter writer = RunWriter.Current;
        string name = Path.GetRandomFileName();
        _note = FormattableString.Invariant(
            $"{{\"process\":{writer.Process},\"host\":\"{JsonEncodedText.Encode(writer.Host)}\",\"lock\":\"{name}\"}}\n");
    }

    /// <summary>Whether the folder is still that which was locked, and nobody else's.</summary>
    public bool IsThere
    {
        get
        {
            try
            {
                return File.ReadAllText(Path.Combine(_folder, NoteName)) == _note;
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                return false;
            }
        }
    }

    private static bool IsOwn(string path) => Path.GetFileName(path) is LockName or NoteName or ProgressFile.Name;

    /// <summary>
    /// Clears what a process that was killed left in the folder of a finished run: this lock, its progress, and temporaries. What a live
    /// one holds stays, and where the folder cannot be written everything does.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The files whose temporaries may be there.</param>
    public static void Clear(string folder, IEnumerable<string> names)
    {
        try
        {
            if (!Directory.EnumerateFiles(folder).Any(IsLeftBehind))
            {
                return;
            }

            using RunLock mine = new(folder, Open(folder));
            mine.DeleteLeftBehind(names);
            mine.DeleteQuietly(NoteName);
            mine._file.Dispose();
            mine.DeleteQuietly(LockName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Held by someone alive, or not ours to clear: the run is whole either way.
        }
    }

    /// <summary>Deletes what interrupted writers left of some files and of the note, and how far they had come.</summary>
    /// <param name="names">The files whose temporaries may be there.</param>
    public void DeleteLeftBehind(IEnumerable<string> names)
    {
        DeleteQuietly(ProgressFile.Name);
        foreach (string name in names.Append(NoteName))
        {
            AtomicFile.DeleteTemporaries(Path.Combine(_folder, name));
        }
    }

    /// <summary>What writers may leave behind; nothing of the run is in it.</summary>
    public static bool IsLeftBehind(string path) => AtomicFile.IsTemporary(path) || IsOwn(path);

    /// <summary>Takes the lock of a folder.</summary>
    /// <exception cref="RunDirectoryException">Somebody else has it; the message says who.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not ours to write to.</exception>
    public static RunLock Take(string folder)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                RunLock taken = new(folder, Open(folder));
                try
                {
                    AtomicFile.WriteAllText(Path.Combine(folder, NoteName), taken._note);
                    return taken;
                }
                catch
                {
                    taken.Dispose();
                    throw;
                }
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                if (attempt >= Attempts)
                {
                    throw new RunDirectoryException(
                        $"{folder} is being written by {ReadNote(folder)}: it must be a folder that no other process writes; wait "
                            + "until that one has ended, or choose another folder", exception)
                    {
                        IsTaken = true,
                    };
                }

                Thread.Sleep(BetweenAttempts);
            }
        }
    }

    /// <summary>Who is writing into a folder; null where nobody is, or it cannot be told.</summary>
    public static RunWriter? WriterOf(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            if (File.Exists(path))
            {
                using FileStream probe = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }

            return null;
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return ReadNote(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the file too, once the run is finished and no one will lock it any more.</summary>
    public void Remove()
    {
        if (GiveBack())
        {
            DeleteQuietly(LockName);
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => GiveBack();

    /// <summary>
    /// Gives it back with its note and the progress; whether the folder was still the one that was locked: in another everything stays.
    /// </summary>
    private bool GiveBack()
    {
        bool isThere = _file.CanWrite && IsThereAsFarAsKnown();
        if (isThere)
        {
            DeleteQuietly(ProgressFile.Name);
            DeleteQuietly(NoteName);
        }

        _file.Dispose();
        return isThere;
    }

    private bool IsThereAsFarAsKnown()
    {
        try
        {
            return IsThere;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream Open(string folder)
        => new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static RunWriter ReadNote(string folder)
    {
        try
        {
            using JsonDocument note = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, NoteName)));
            return new RunWriter(
                note.RootElement.GetProperty("process").GetInt32(), note.RootElement.GetProperty("host").GetString() ?? "");
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
                or InvalidOperationException or FormatException)
        {
            return new RunWriter(0, "");
        }
    }

    /// <summary>EWOULDBLOCK on Unix, a sharing or lock violation on Windows.</summary>
    private static bool IsHeld(IOException exception)
        => OperatingSystem.IsWindows()
            ? (exception.HResult & 0xffff) is 32 or 33
            : exception.HResult == (OperatingSystem.IsLinux() ? 11 : 35);

    private void DeleteQuietly(string name)
    {
        try
        {
            File.Delete(Path.Combine(_folder, name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It says nothing to anybody once the lock is gone.
        }
    }
}

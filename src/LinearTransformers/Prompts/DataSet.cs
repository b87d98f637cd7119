using System.Runtime.CompilerServices;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Sources;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>
/// A fixed set of prompts, drawn once, from which batches are chosen: each time as many different ones as the batch has, all choices alike
/// likely; the whole set, in its order, where the batch is as large.
/// </summary>
public sealed unsafe class DataSet
{
    private readonly StoredPrompts _prompts;
    private readonly int[] _order;

    /// <summary>Draws the set as a batch of that many prompts.</summary>
    /// <param name="settings">What it is made of; the batch size is that of the set.</param>
    /// <param name="stream">Where it is drawn from.</param>
    public DataSet(PromptSettings settings, IStream stream)
    {
        PromptBatch batch = new(settings);
        batch.Draw(stream);
        Settings = settings;
        _prompts = new(settings.BatchSize, settings.ContextLength, settings.Dimension);
        _order = [.. Enumerable.Range(0, settings.BatchSize)];
        ReadingRoom room = new();
        for (int first = 0; first < settings.BatchSize; first += ReadingRoom.Prompts)
        {
            _prompts.Store(batch.Read(first, Math.Min(settings.BatchSize, first + ReadingRoom.Prompts), room), first);
        }

        GC.KeepAlive(room);
        GC.KeepAlive(batch);
    }

    /// <summary>What the set is made of.</summary>
    public PromptSettings Settings { get; }

    /// <summary>Chooses prompts: a draw of Fisher and Yates' shuffle for each, none where all are asked for.</summary>
    /// <param name="stream">What the choice is drawn from.</param>
    /// <param name="chosen">Receives their numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Choose(IStream stream, Span<int> chosen)
    {
        int count = _order.Length;
        if (chosen.Length == count)
        {
            _order.CopyTo(chosen);
            return;
        }

        float[] uniforms = new float[chosen.Length];
        stream.FillUniform(uniforms, 0, 1);
        int[] places = new int[chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            places[i] = i + Math.Min((int)((double)uniforms[i] * (count - i)), count - i - 1);
            (_order[i], _order[places[i]]) = (_order[places[i]], _order[i]);
            chosen[i] = _order[i];
        }

        // Back to the order of the set: a choice depends on nothing but its own draws.
        for (int i = chosen.Length - 1; i >= 0; i--)
        {
            (_order[i], _order[places[i]]) = (_order[places[i]], _order[i]);
        }
    }

    /// <summary>What a batch of these prompts is read from.</summary>
    /// <param name="chosen">Their numbers.</param>
    internal PromptSource Source(ReadOnlyMemory<int> chosen) => new ChosenPrompts(_prompts, chosen);
}

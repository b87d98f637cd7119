namespace LinearTransformers.Storage.Torch;

/// <summary>What opcodes make of the values before them.</summary>
internal sealed partial class Unpickler
{
    private const int MostAxes = 64;

    /// <summary>What torch.save names and we know: makers of values, and the types of storages.</summary>
    private enum Maker
    {
        OrderedDictionary,
        Tensor,
        Parameter,
    }

    private object Global()
    {
        string name = $"{Line()}.{Line()}";
        return name switch
        {
            "collections.OrderedDict" => Maker.OrderedDictionary,
            "torch._utils._rebuild_tensor_v2" => Maker.Tensor,
            "torch._utils._rebuild_parameter" => Maker.Parameter,
            "torch.FloatStorage" => ElementType.F32,
            "torch.DoubleStorage" => ElementType.F64,
            "torch.LongStorage" => ElementType.I64,
            "torch.IntStorage" => ElementType.I32,
            "torch.ByteStorage" => ElementType.U8,
            "torch.BoolStorage" => ElementType.Bool,
            _ => throw Wrong(
                $"{Wording.Quote(name)} is not read here; only tensors of float, double, long, int, byte and bool, dictionaries, "
                    + "lists, tuples, numbers and text are."),
        };
    }

    /// <summary>
    /// From the memo comes only what cannot change: so nothing can hold itself, or be walked through twice at every level.
    /// </summary>
    private object? Remembered(uint index)
    {
        if (!_memo.TryGetValue(index, out object? value))
            throw Wrong($"nothing was remembered as {index}; something should have been.");
        return value is PickledList or PickledDictionary || (value is PickledTuple && PickledKey.Of(value) is null)
            ? throw Wrong("a list, a dictionary or a tuple of more than keys stands in two places; each should be saved once.")
            : value;
    }

    private void Append(object?[] values)
    {
        if (Top() is not PickledList list)
            throw Wrong("only to a list something should be appended.");
        foreach (object? value in values)
            list.Items.Add(Value(value));
    }

    private void Set(object?[] values)
    {
        if (Top() is not PickledDictionary dictionary || values.Length % 2 != 0)
            throw Wrong("only in a dictionary something should be set, in pairs of key and value.");
        for (int i = 0; i < values.Length; i += 2)
        {
            PickledKey key = PickledKey.Of(values[i])
                ?? throw Wrong($"a key should be text, a whole number or a tuple of up to {PickledKey.MostParts} of them.");
            if (!dictionary.TryAdd(key, Value(values[i + 1])))
                throw Wrong($"the key {Wording.Quote(string.Join(", ", key.Parts))} is there twice; keys should be unique.");
        }
    }

    /// <summary>A module's state_dict carries the versions of its modules; nothing here depends on them.</summary>
    private void Build(object? state)
    {
        if (Top() is not PickledDictionary { IsOrdered: true } || state is not PickledDictionary)
            throw Wrong("only an OrderedDict should have a state, as a module's state_dict has.");
    }

    private TorchStorage Storage(object? value)
    {
        // The legacy format has a sixth entry, for views of storages that PyTorch no longer has.
        if (value is not PickledTuple { Items: ["storage", ElementType type, string key, string, long count, .. var rest] }
            || rest is not ([] or [null]))
            throw Wrong("a storage should be (\"storage\", type, key, location, count).");
        if (count < 0 || count > _bytes.Length / type.Size())
            throw Wrong(
                $"the storage {Wording.Quote(key)} has {count} numbers; it should fit the file's {_bytes.Length} bytes. Is the file "
                    + "cut short?");
        TorchStorage storage = new(key, type, count, _opcode);
        if (Storages.TryAdd(key, storage))
            return storage;
        TorchStorage first = Storages[key];
        return (first.Type, first.Count) == (type, count)
            ? first
            : throw Wrong(
                $"the storage {Wording.Quote(key)} has another type or length than at byte {first.Offset}; it should have the same.");
    }

    private void Reduce(object?[] values)
    {
        object?[]? arguments = (values[1] as PickledTuple)?.Items;
        Push((values[0], arguments) switch
        {
            (Maker.OrderedDictionary, []) => new PickledDictionary { IsOrdered = true },
            (Maker.Parameter, [TorchTensor tensor, bool, PickledDictionary]) => tensor,
            (Maker.Tensor, [TorchStorage storage, long first, PickledTuple shape, PickledTuple strides, bool,
                PickledDictionary { Entries.Count: 0 }]) =>
                Tensor(storage, first, shape.Items, strides.Items),
            _ => throw Wrong("this call is none that torch.save writes for a tensor, a parameter or an OrderedDict."),
        });
    }

    private TorchTensor Tensor(TorchStorage storage, long first, object?[] sizes, object?[] steps)
    {
        int[] shape = new int[sizes.Length];
        long[] strides = new long[sizes.Length];
        if (sizes.Length > MostAxes)
            throw Wrong($"a tensor has {sizes.Length} axes; PyTorch has {MostAxes} at most.");
        if (steps.Length != sizes.Length)
            throw Wrong($"a tensor has {sizes.Length} axes and {steps.Length} strides; it should have one for each.");
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (sizes[axis] is not (>= 0L and <= (long)int.MaxValue) || steps[axis] is not (>= 0L and <= (long)int.MaxValue))
                throw Wrong($"axis {axis} of a tensor should have a length and a stride from 0 to {int.MaxValue}.");
            (shape[axis], strides[axis]) = ((int)(long)sizes[axis]!, (long)steps[axis]!);
        }

        // A view may show a number many times; what is saved that way is not read, or a small file could ask for any memory.
        if (TensorShape.Count(shape) is not { } count || count > storage.Count)
            throw Wrong(
                $"a tensor of shape {Wording.Shape(shape)} repeats its storage's {storage.Count} numbers; save a contiguous copy of it.");
        Int128 last = first;
        for (int axis = 0; axis < shape.Length; axis++)
            last += (Int128)strides[axis] * Math.Max(shape[axis] - 1, 0);
        if (count > 0 && (first < 0 || last >= storage.Count))
            throw Wrong(
                $"a tensor of shape {Wording.Shape(shape)} reaches beyond its storage's {storage.Count} numbers; is the file damaged?");
        TorchTensor tensor = new(storage, first, [.. shape], strides, (int)count);
        Tensors.Add(tensor);
        return tensor;
    }

    /// <summary>What may stand in a list or a dictionary, or be all: no maker, no type, no storage.</summary>
    private object? Value(object? value) => value is Maker or ElementType or TorchStorage
        ? throw Wrong("a type or a storage stands here by itself; a value should.")
        : value;
}

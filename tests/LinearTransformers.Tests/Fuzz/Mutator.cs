using System.Buffers.Binary;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>Changes bytes in ways that parsers find hard: the same seed gives the same changes.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly uint[] Hard =
        [0, 1, 2, 3, 7, 8, 15, 16, 22, 30, 46, 127, 128, 255, 256, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x04034B50,
            0x02014B50, 0x06054B50, 0x06064B50];
    private static readonly byte[] Opcodes =
        [.. "(Nqrhjaesubt]})RQXJKMGc.{}[]\",:0123456789-+.eE\\ntrufals \n"u8, 0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A];

    private readonly System.Random _random = new(seed);

    /// <summary>One of some things.</summary>
    public T Choose<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>A copy with one to eight changes.</summary>
    public byte[] Change(byte[] original)
    {
        List<byte> bytes = [.. original];
        for (int changes = 1 << _random.Next(4); changes > 0; changes--)
        {
            ChangeOnce(bytes);
        }

        return [.. bytes];
    }

    private void ChangeOnce(List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }

        int at = _random.Next(bytes.Count);
        switch (_random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes[at] = Choose(Opcodes);
                break;
            case 3:
                bytes.Insert(at, Choose(Opcodes));
                break;
            case 4:
                bytes.RemoveRange(at, _random.Next(1, 1 + Math.Min(8, bytes.Count - at)));
                break;
            case 5:
                // A piece again, somewhere.
                List<byte> piece = bytes.GetRange(at, _random.Next(1, 1 + Math.Min(64, bytes.Count - at)));
                bytes.InsertRange(_random.Next(bytes.Count), piece);
                break;
            case 6:
                byte[] number = new byte[_random.Next(2) == 0 ? 4 : 8];
                BinaryPrimitives.WriteUInt32LittleEndian(number, Choose(Hard));
                for (int i = 0; i < number.Length && at + i < bytes.Count; i++)
                {
                    bytes[at + i] = number[i];
                }

                break;
            case 7:
                bytes[at] += (byte)(_random.Next(2) == 0 ? 1 : 255);
                break;
            default:
                if (_random.Next(8) == 0)
                {
                    bytes.RemoveRange(at, bytes.Count - at);
                }
                else
                {
                    (bytes[at], bytes[^1]) = (bytes[^1], bytes[at]);
                }

                break;
        }
    }
}

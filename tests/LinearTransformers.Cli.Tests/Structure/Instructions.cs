using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>The instructions of a method's body.</summary>
internal static class Instructions
{
    private const int TwoBytes = 0xFE;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>The tokens of types, members and signatures that they name.</summary>
    public static IEnumerable<int> Tokens(BlobReader body)
    {
        List<int> tokens = [];
        while (body.RemainingBytes > 0)
        {
            int first = body.ReadByte();
            OpCode code = OpCodesByValue[first == TwoBytes ? (first << 8) | body.ReadByte() : first];
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok
                    or OperandType.InlineSig:
                    tokens.Add(body.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    int targets = body.ReadInt32();
                    body.Offset += sizeof(int) * targets;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    body.Offset += sizeof(byte);
                    break;
                case OperandType.InlineVar:
                    body.Offset += sizeof(short);
                    break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineString or OperandType.ShortInlineR:
                    body.Offset += sizeof(int);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    body.Offset += sizeof(long);
                    break;
                default:
                    throw new NotSupportedException($"{code.Name} has a {code.OperandType}");
            }
        }

        return tokens;
    }
}

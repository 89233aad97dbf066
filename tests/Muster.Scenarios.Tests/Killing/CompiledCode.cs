using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>A call as it stands in the code.</summary>
/// <param name="From">The type at the top of the file that calls, without its namespace.</param>
/// <param name="Type">The type of the method that is called, with its namespace.</param>
/// <param name="Literals">The last two texts that were pushed before the call, the last one first: what the compiler fills in for the caller's file and member.</param>
internal sealed record CompiledCall(string From, string Type, string Method, string[] Literals);

/// <summary>Reads Muster's own assemblies: what they call, and with which texts.</summary>
internal static class CompiledCode
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => (int)(ushort)o.Value);

    public static IReadOnlyList<CompiledCall> Calls { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*uster*.dll")
            .Where(f => !f.EndsWith(".Tests.dll", StringComparison.Ordinal))
            .SelectMany(CallsOf),
    ];

    private static List<CompiledCall> CallsOf(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();
        var calls = new List<CompiledCall>();
        foreach (var handle in reader.MethodDefinitions)
        {
            var method = reader.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress != 0)
            {
                var from = TopOf(reader, method.GetDeclaringType());
                Scan(reader, image.GetMethodBody(method.RelativeVirtualAddress).GetILReader(), from, calls);
            }
        }

        return calls;
    }

    private static void Scan(MetadataReader reader, BlobReader code, string from, List<CompiledCall> calls)
    {
        string[] literals = ["", ""];
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            var operation = OpCodesByValue[value == 0xFE ? 0xFE00 | code.ReadByte() : value];
            switch (operation.OperandType)
            {
                case OperandType.InlineString:
                    literals = [reader.GetUserString(MetadataTokens.UserStringHandle(code.ReadInt32() & 0xFFFFFF)), literals[0]];
                    break;
                case OperandType.InlineMethod:
                    var (type, name) = MethodOf(reader, MetadataTokens.EntityHandle(code.ReadInt32()));
                    calls.Add(new CompiledCall(from, type, name, literals));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += SizeOf(operation.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType type) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static (string Type, string Name) MethodOf(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodDefinition:
                var definition = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                return (NameOf(reader, definition.GetDeclaringType()), reader.GetString(definition.Name));
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                return (NameOf(reader, member.Parent), reader.GetString(member.Name));
            case HandleKind.MethodSpecification:
                return MethodOf(reader, reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
            default:
                return ("", "");
        }
    }

    private static string NameOf(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var definition = reader.GetTypeDefinition((TypeDefinitionHandle)handle);
                return Full(reader.GetString(definition.Namespace), reader.GetString(definition.Name));
            case HandleKind.TypeReference:
                var reference = reader.GetTypeReference((TypeReferenceHandle)handle);
                return Full(reader.GetString(reference.Namespace), reader.GetString(reference.Name));
            default:
                return "";
        }
    }

    /// <summary>Lambdas and iterators are types inside the one that a person wrote.</summary>
    private static string TopOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        }

        return reader.GetString(type.Name);
    }

    private static string Full(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}

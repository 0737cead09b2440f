using System.Reflection;
using System.Reflection.Emit;

namespace VideoGen.House.Tests;

/// <summary>
/// Finds namespaces of an assembly that use each other, directly or around a corner, as its compiled code shows it. Each folder is a namespace, so a ring of
/// namespaces is a ring of folders. Constants leave no trace in compiled code.
/// </summary>
internal static class FolderRings
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Which namespace uses which, each with one example: <c>A.Thing uses B.Other</c>.</summary>
    public static IReadOnlyDictionary<(string From, string To), string> UsesOf(Assembly assembly)
    {
        var uses = new Dictionary<(string From, string To), string>();
        foreach (var type in assembly.GetTypes().Where(type => type.Namespace is not null))
        {
            foreach (var used in UsedBy(type).SelectMany(Parts).Where(used => used.Assembly == assembly && used.Namespace is not null))
            {
                if (used.Namespace != type.Namespace)
                {
                    uses.TryAdd((type.Namespace!, used.Namespace!), $"{type.FullName} uses {used.FullName}");
                }
            }
        }

        return uses;
    }

    /// <summary>One sentence for each use that is a part of a ring.</summary>
    public static IReadOnlyList<string> Among(IReadOnlyDictionary<(string From, string To), string> uses)
    {
        var next = uses.Keys.ToLookup(use => use.From, use => use.To);
        return
        [
            .. uses.Where(use => Leads(next, use.Key.To, use.Key.From))
                .Select(use => $"{use.Value}, and {use.Key.To} leads back to {use.Key.From}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool Leads(ILookup<string, string> next, string from, string to)
    {
        var seen = new HashSet<string> { from };
        var open = new Stack<string>(seen);
        while (open.TryPop(out var at))
        {
            foreach (var step in next[at].Where(seen.Add))
            {
                open.Push(step);
            }
        }

        return seen.Contains(to);
    }

    private static List<Type?> UsedBy(Type type)
    {
        var used = new List<Type?> { type.BaseType };
        used.AddRange(type.GetInterfaces());
        used.AddRange(OfAttributes(type));
        used.AddRange(type.GetFields(Declared).SelectMany(field => OfAttributes(field).Append(field.FieldType)));
        used.AddRange(type.GetProperties(Declared).SelectMany(OfAttributes));
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            used.AddRange(OfAttributes(method));
            used.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            used.Add((method as MethodInfo)?.ReturnType);
            used.AddRange(OfBody(type, method));
        }

        return used;
    }

    private static IEnumerable<Type?> OfAttributes(MemberInfo member) => member.GetCustomAttributesData()
        .SelectMany(data => data.ConstructorArguments.Select(argument => argument.Value as Type).Append(data.AttributeType));

    private static List<Type?> OfBody(Type type, MethodBase method)
    {
        var used = new List<Type?>();
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } code)
        {
            return used;
        }

        used.AddRange(body.LocalVariables.Select(local => local.LocalType));
        var (ofType, ofMethod) = (type.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            at += value < 0 ? 2 : 1;
            var operand = Codes[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod);
                used.Add(member as Type ?? member?.DeclaringType);
                used.AddRange((member as MethodInfo)?.GetGenericArguments() ?? []);
                used.Add((member as MethodInfo)?.ReturnType ?? (member as FieldInfo)?.FieldType);
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }

        return used;
    }

    /// <summary>The types that a type is made of: of an array its elements, of a generic type also its arguments.</summary>
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}

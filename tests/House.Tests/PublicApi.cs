using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace VideoGen.House.Tests;

/// <summary>Public types and members in a line each, as C# would say it.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Members that the compiler gives to each record.</summary>
    private static readonly HashSet<string> OfRecords =
        ["<Clone>$", "Deconstruct", "Equals", "GetHashCode", "PrintMembers", "ToString", "op_Equality", "op_Inequality", "EqualityContract"];

    public static string Describe(Type type)
    {
        var kind = KindOf(type);
        var isClass = kind == "class";
        var manner = type switch
        {
            _ when !isClass => "",
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        var based = isClass && type.BaseType is { } parent && parent != typeof(object) ? [parent] : Array.Empty<Type>();
        var interfaces = kind == "enum" ? [] : type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(IsOfInterest);
        var all = based.Concat(interfaces.OrderBy(NameOf, StringComparer.Ordinal)).Select(NameOf).ToList();
        return $"{manner}{kind} {type.Namespace}.{NameOf(type)}{(all.Count == 0 ? "" : " : " + string.Join(", ", all))}";
    }

    private static string KindOf(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ => typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class",
    };

    private static bool IsOfInterest(Type parent) => parent.IsVisible && !parent.Name.StartsWith("IEquatable", StringComparison.Ordinal);

    public static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        }

        var isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        return type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) || member is MethodInfo { IsSpecialName: false } == false)
            .Where(member => !(isRecord && OfRecords.Contains(member.Name)))
            .Select(Describe)
            .OfType<string>();
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsVisible(made) && !IsCopy(made) => $"new({Parameters(made)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) =>
            $"{Static(method.IsStatic)}{NameOf(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        MethodInfo { IsSpecialName: true } method when IsVisible(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) =>
            $"static {NameOf(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property when (property.GetMethod ?? property.SetMethod) is { } accessor && IsVisible(accessor) =>
            $"{Static(accessor.IsStatic)}{NameOf(property.PropertyType)} {property.Name} {{ {Accessors(property)}}}",
        FieldInfo { IsPublic: true, IsSpecialName: false, IsLiteral: true } constant =>
            $"const {NameOf(constant.FieldType)} {constant.Name} = {Convert.ToString(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo { IsPublic: true, IsSpecialName: false } field => $"{Static(field.IsStatic)}{NameOf(field.FieldType)} {field.Name}",
        EventInfo raised when raised.AddMethod is { IsPublic: true } => $"event {NameOf(raised.EventHandlerType!)} {raised.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || method.IsFamilyOrAssembly || (method.IsFamily && method.DeclaringType is { IsSealed: false });

    /// <summary>The constructor by which a record that is not sealed makes a copy.</summary>
    private static bool IsCopy(ConstructorInfo made) => made.GetParameters() is [var only] && only.ParameterType == made.DeclaringType;

    private static string Accessors(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsVisible(getter) ? "get; " : "";
        var set = property.SetMethod is { } setter && IsVisible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; "
            : "";
        return get + set;
    }

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        return $"{way}{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}";
    }));

    private static string NameOf(Type type)
    {
        if (type.IsByRef || type.IsArray)
        {
            return NameOf(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        var name = type.IsNested && !type.IsGenericParameter ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}

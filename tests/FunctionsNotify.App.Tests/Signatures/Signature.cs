using System.Globalization;
using System.Reflection;

namespace FunctionsNotify.App.Tests.Signatures;

/// <summary>
/// Writes types and members as text that depends on names only, never on the assembly a type lives in, so that a type of
/// the reference assembly and its real counterpart can be compared.
/// </summary>
internal static class Signature
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Kind, flags, base type, constraints and attribute usage; interfaces and members are told apart from it.</summary>
    public static string OfType(Type type)
    {
        var kind = type.IsEnum ? "enum " + Name(Enum.GetUnderlyingType(type)) : type.IsValueType ? "struct" : type.IsInterface ? "interface" : "class";
        var flags = string.Concat(type.IsAbstract ? "abstract " : "", type.IsSealed ? "sealed " : "", Obsolete(type));
        return $"{flags}{kind} base {(type.BaseType is { } parent ? Name(parent) : "none")}{Constraints(type.GetGenericArguments())}{Usage(type)}";
    }

    /// <summary>Every member that code outside the type's assembly can name, each once.</summary>
    public static IReadOnlyList<(string Name, string Text, bool IsPublic, bool IsAbstract)> OfMembers(Type type)
    {
        var methods = type.GetMembers(Declared).OfType<MethodBase>().Where(method => IsVisible(method.Attributes))
            .Select(method => (method.Name, OfMethod(method), method.IsPublic, method.IsAbstract));
        var fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
            .Where(field => !field.IsSpecialName)
            .Select(field => (field.Name, OfField(field), field.IsPublic, false));
        var properties = type.GetProperties(Declared)
            .Where(property => property.GetAccessors(nonPublic: true).Any(accessor => IsVisible(accessor.Attributes)))
            .Select(property => (property.Name, $"property {Obsolete(property)}{Name(property.PropertyType)} {property.Name}", true, false));
        return [.. methods, .. fields, .. properties];
    }

    public static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsByRef ? "&" : type.IsArray ? "[]" : "*");
        }

        var name = type.IsNested ? Name(type.DeclaringType!) + "+" + type.Name : type.Namespace is null ? type.Name : type.Namespace + "." + type.Name;
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    private static string OfMethod(MethodBase method)
    {
        var nullability = new NullabilityInfoContext();
        var slot = (method.IsVirtual, method.IsAbstract, method.IsFinal, method.Attributes.HasFlag(MethodAttributes.NewSlot)) switch
        {
            (false, _, _, _) => "",
            (_, true, _, true) => "abstract ",
            (_, true, _, false) => "abstract override ",
            (_, _, true, _) => "sealed ",
            (_, _, _, true) => "virtual ",
            _ => "override ",
        };
        var access = method.IsPublic ? "public " : "protected ";
        var statics = method.IsStatic ? "static " : "";
        var extension = HasAttribute(method, "System.Runtime.CompilerServices.ExtensionAttribute") ? "extension " : "";
        var returns = method is MethodInfo { ReturnParameter: var result } ? Modifiers(result) + Typed(result, nullability) + " " : "";
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var parameters = string.Join(", ", method.GetParameters().Select(parameter => OfParameter(parameter, nullability)));
        var constraints = method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : "";
        return $"{access}{statics}{slot}{Obsolete(method)}{extension}{returns}{method.Name}{generic}({parameters}){constraints}";
    }

    private static string OfParameter(ParameterInfo parameter, NullabilityInfoContext nullability)
    {
        var collects = HasAttribute(parameter, "System.ParamArrayAttribute") ? "params " : "";
        var fallback = parameter.HasDefaultValue
            ? " = " + (parameter.RawDefaultValue is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : "default")
            : "";
        return $"{collects}{Typed(parameter, nullability)} {parameter.Name}{fallback}";
    }

    private static string OfField(FieldInfo field)
    {
        var value = field.IsLiteral ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : "";
        var flags = string.Concat(field.IsStatic ? "static " : "", field.IsInitOnly ? "readonly " : "", Obsolete(field));
        return $"{flags}{Name(field.FieldType)} {field.Name}{value}";
    }

    private static string Typed(ParameterInfo parameter, NullabilityInfoContext nullability) =>
        Annotated(parameter.ParameterType, nullability.Create(parameter));

    // The annotations decide which lines of the app warn, and a warning is an error here.
    private static string Annotated(Type type, NullabilityInfo info)
    {
        var states = info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable ? "?" : "";
        var arguments = info.GenericTypeArguments.Length == 0
            ? ""
            : "{" + string.Join(", ", info.GenericTypeArguments.Select(argument => Annotated(argument.Type, argument))) + "}";
        return Name(type) + states + arguments;
    }

    private static string Modifiers(ParameterInfo parameter) =>
        string.Concat(parameter.GetRequiredCustomModifiers().Select(modifier => $"modreq({modifier.FullName}) "));

    private static string Constraints(Type[] arguments) => string.Concat(arguments
        .Where(argument => argument.IsGenericParameter)
        .Select(argument =>
        {
            var flags = argument.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
            var types = string.Join(", ", argument.GetGenericParameterConstraints().Select(Name));
            return $" where {argument.Name}: {flags} {types}";
        }));

    private static string Usage(Type type) => type.CustomAttributes
        .Where(attribute => attribute.AttributeType.FullName == "System.AttributeUsageAttribute")
        .Select(attribute => $" usage({attribute.ConstructorArguments[0].Value}{string.Concat(attribute.NamedArguments.Select(named => $", {named.MemberName}={named.TypedValue.Value}"))})")
        .FirstOrDefault("");

    // Using an obsolete member is a warning, and so an error; its text is no part of the signature.
    private static string Obsolete(MemberInfo member) => HasAttribute(member, "System.ObsoleteAttribute") ? "obsolete " : "";

    private static bool HasAttribute(MemberInfo member, string name) =>
        member.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == name);

    private static bool HasAttribute(ParameterInfo parameter, string name) =>
        parameter.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == name);

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
}

using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Binder = Microsoft.Azure.WebJobs.Binder;

namespace FunctionsNotify.DevHost;

/// <summary>Runs a function in the worker; the inputs are the trigger's value and, where it has one, the Durable client's.</summary>
public delegate Task<object?> FunctionCall(string function, object?[] inputs, Binder binder, CancellationToken cancellationToken);

/// <summary>
/// The WebJobs SDK finds functions as methods with attributes, so a type is made with one method for each function of the
/// worker. All that a method does is to hand its arguments to the <see cref="FunctionCall"/> that its type was made with.
/// </summary>
internal static class FunctionEmitter
{
    public static Type Emit(IEnumerable<FunctionDefinition> functions)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("FunctionsOfTheWorker"), AssemblyBuilderAccess.Run).DefineDynamicModule("Main");
        var type = module.DefineType("Functions", TypeAttributes.Public | TypeAttributes.Sealed);
        var call = type.DefineField("_call", typeof(FunctionCall), FieldAttributes.Private | FieldAttributes.InitOnly);
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [typeof(FunctionCall)]).GetILGenerator();
        constructor.Emit(OpCodes.Ldarg_0);
        constructor.Emit(OpCodes.Call, typeof(object).GetConstructor([])!);
        constructor.Emit(OpCodes.Ldarg_0);
        constructor.Emit(OpCodes.Ldarg_1);
        constructor.Emit(OpCodes.Stfld, call);
        constructor.Emit(OpCodes.Ret);
        foreach (var function in functions)
        {
            EmitMethod(type, call, function);
        }

        return type.CreateType();
    }

    private static void EmitMethod(TypeBuilder type, FieldInfo call, FunctionDefinition function)
    {
        var (triggerType, attribute) = TriggerOf(function);
        List<(Type Type, string Name, CustomAttributeBuilder? Attribute)> inputs = [(triggerType, function.TriggerName, attribute)];
        if (function.DurableClient is { } client)
        {
            inputs.Add((typeof(string), client, Attribute(typeof(DurableClientAttribute))));
        }

        var returns = function.TriggerType is "orchestrationTrigger" or "activityTrigger" ? typeof(Task<object>) : typeof(Task);
        var method = type.DefineMethod(function.Name, MethodAttributes.Public, returns, [.. inputs.Select(input => input.Type), typeof(Binder), typeof(CancellationToken)]);
        method.SetCustomAttribute(Attribute(typeof(FunctionNameAttribute), function.Name));
        if (function.IsHttp)
        {
            method.SetCustomAttribute(Attribute(typeof(NoAutomaticTriggerAttribute)));
        }

        for (var index = 0; index < inputs.Count; index++)
        {
            var parameter = method.DefineParameter(index + 1, ParameterAttributes.None, inputs[index].Name);
            if (inputs[index].Attribute is { } given)
            {
                parameter.SetCustomAttribute(given);
            }
        }

        method.DefineParameter(inputs.Count + 1, ParameterAttributes.None, "_binder");
        method.DefineParameter(inputs.Count + 2, ParameterAttributes.None, "_cancellationToken");
        EmitCall(method.GetILGenerator(), call, function.Name, inputs.Count);
    }

    private static void EmitCall(ILGenerator body, FieldInfo call, string name, int inputs)
    {
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldfld, call);
        body.Emit(OpCodes.Ldstr, name);
        body.Emit(OpCodes.Ldc_I4, inputs);
        body.Emit(OpCodes.Newarr, typeof(object));
        for (var index = 0; index < inputs; index++)
        {
            body.Emit(OpCodes.Dup);
            body.Emit(OpCodes.Ldc_I4, index);
            body.Emit(OpCodes.Ldarg, index + 1);
            body.Emit(OpCodes.Stelem_Ref);
        }

        body.Emit(OpCodes.Ldarg, inputs + 1);
        body.Emit(OpCodes.Ldarg, inputs + 2);
        body.Emit(OpCodes.Callvirt, typeof(FunctionCall).GetMethod(nameof(FunctionCall.Invoke))!);
        body.Emit(OpCodes.Ret);
    }

    private static (Type Type, CustomAttributeBuilder? Attribute) TriggerOf(FunctionDefinition function) => function.TriggerType switch
    {
        "orchestrationTrigger" => (typeof(string), Attribute(typeof(OrchestrationTriggerAttribute))),
        "activityTrigger" => (typeof(string), Attribute(typeof(ActivityTriggerAttribute))),
        "timerTrigger" => (typeof(TimerInfo), Attribute(typeof(TimerTriggerAttribute), function.Setting("schedule")!)),
        "queueTrigger" => (typeof(ParameterBindingData), Queue(function)),
        // The invocation's id: an HTTP function is called by our own HTTP server.
        _ => (typeof(string), null),
    };

    private static CustomAttributeBuilder Queue(FunctionDefinition function)
    {
        var attribute = typeof(QueueTriggerAttribute);
        return function.Setting("connection") is { } connection
            ? new CustomAttributeBuilder(attribute.GetConstructor([typeof(string)])!, [function.Setting("queueName")!], [attribute.GetProperty(nameof(QueueTriggerAttribute.Connection))!], [connection])
            : Attribute(attribute, function.Setting("queueName")!);
    }

    private static CustomAttributeBuilder Attribute(Type attribute, params string[] arguments) =>
        new(attribute.GetConstructor([.. arguments.Select(_ => typeof(string))])!, [.. arguments]);
}

using Orleans.CodeGeneration;
using Orleans.Runtime;

namespace VideoGen.Tasks.Contracts;

/// <summary>
/// Calls of the method go to the gateways of a client in turn. All other calls of a grain go through one gateway for as long as its connection lasts, those of
/// a stateless worker too.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[InvokableCustomInitializer(nameof(IRequest.AddInvokeMethodOptions), InvokeMethodOptions.Unordered)]
internal sealed class InTurnAttribute : Attribute;

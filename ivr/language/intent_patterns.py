"""Phrases of each intent on folded text, by weight: 0.9 says it alone, 0.6 nearly, 0.3 only with company."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

NEGATABLE = frozenset(
    {"cancellation", "transfer_to_agent", "sales", "schedule_callback", "complaint", "update_contact_info"}
)
"""Intents whose phrases mean nothing after a "no"."""

_PERSON = (
    r"(?:una? )?(?:persona(?: (?:real|de verdad|humana|fisica))?|humano|operador|operadora|agente|asesor|asesora|ejecutivo|ejecutiva"
    r"|teleoperador|teleoperadora|representante|companero|companera|empleado|empleada|alguien|ser humano|tecnico humano|comercial"
    r"|supervisor|supervisora|encargado|encargada|responsable|jefe|jefa|gerente|director|licenciado|senorita de verdad)"
)
_THING = r"(?:el |mi |la |los |las |todo |este |un |una |al |del )*(?:servicio|contrato|linea|internet|fibra|suscripcion|cuenta|plan|tarifa|telefono|movil|paquete|tele|television|todo)"
_NET = (
    r"(?:el |la |mi |nuestro |los |las |de )*(?:internet|wifi|router|modem|conexion|linea|fibra|fijo|telefono|movil|tele|television|red"
    r"|senal|adsl|deco|decodificador|aparato|datos|cobertura|servicio|llamadas?|pagina|app|aplicacion|equipo|luz|cable|roaming)"
)
_CONTACT = (
    r"(?:el |mi |mis |la |los |un |otro |nuevo |nueva |numero de |direccion de )*(?:telefono|movil|celular|correo|email|e mail|mail|numero"
    r"|datos(?: de contacto| personales)?|direccion|domicilio|contacto|correo electronico)"
)
_BILL = r"(?:factura|facturas|recibo|recibos|boleta|cobro|cobros|cargo|cargos|estado de cuenta)"
_CHANGE = r"(?:cambi\w+|actualiz\w+|modific\w+|corregir|corrij\w+|poner|poned|anot\w+|renovar|dar de alta|registrar)"

PATTERNS: dict[str, dict[float, tuple[str, ...]]] = {
    "account_balance": {
        0.85: (
            r"(?:lo que|cuanto) (?:me )?toca (?:pagar|abonar)", r"(?:tengo|tenga|hay|debo) (?:alguna |una )?deuda",
            r"saldo", r"(?:cuantos?|que|cuanta plata|cuanto dinero)(?: es lo que)?(?: (?:les|os|te|le|yo|aun|todavia|estoy|me|sigo))* (?:debo|debiendo|adeudo)",
            r"(?:tengo|hay|queda|quedan|estoy|si) (?:algo|algun|alguna|dinero|una cantidad)? ?(?:recibo |factura |cosa )?(?:pendiente|por pagar|sin pagar)(?: de pago)?",
            r"cuanto (?:me )?(?:tengo|toca|hay|queda|falta|me queda|me falta)(?: que| por| pendiente| de)+ ?(?:pagar|abonar|liquidar)?",
            r"(?:dinero|importe|monto|cantidad|lo) (?:que )?(?:tengo |hay |esta )?(?:pendiente|debo|adeudo|adeudado)",
            r"(?:debo|debiendo|adeudo) (?:algo|alguna cosa|dinero|mucho)", r"estoy al (?:dia|corriente)(?: de pago)?",
            r"cuanto (?:me )?(?:toca|corresponde) pagar", r"(?:mi|la) deuda", r"balance",
        ),
        0.3: (r"mi cuenta", r"pendiente", r"deuda"),
    },
    "billing_inquiry": {
        0.85: (
            r"(?:vuelto|vuelven|vuelve|volvieron|siguen?) (?:a )?(?:cobr\w+|cargar\w*|pasar\w*)", r"(?:algo|servicio|cosa|cargo|concepto) que (?:yo )?no (?:he )?(?:ped\w+|contrat\w+|solicit\w+|reconozco)",
            r"cuando (?:me |nos )?(?:vence|se vence|caduca|hay que pagar|tengo que pagar|pasan|cobr\w+|me cobran|carg\w+|toca pagar)",
            r"(?:fecha de|dia de) (?:vencimiento|cobro|pago|corte)", r"(?:cobr\w+|cargado|cargaron|pasado) (?:de mas|dos veces|doble|mas de la cuenta|algo que|por algo|una cosa|cosas)",
            rf"(?:no )?(?:entiendo|comprendo|me cuadra|reconozco) (?:\w+ ){{0,4}}(?:{_BILL}|cobr\w+|importe|cargo)", r"no me cuadra",
            rf"(?:duda|consulta|pregunta|problema|error|informacion|algo) (?:\w+ ){{0,3}}(?:de|con|sobre|en) (?:mi |la |mis |las |una |el |un |esta )*{_BILL}",
            rf"{_BILL} (?:\w+ ){{0,4}}(?:alt[oa]|car[oa]|mas|incorrect[oa]|mal|equivocad[oa]|extran[oa]|duplicad[oa]|doble|detallad[oa]|error)",
            r"por que (?:\w+ ){0,3}(?:pag\w+|cobr\w+|cobra|sube|subido|tan car[oa])", r"(?:cargo|cobro) (?:doble|indebido|raro|extrano|que no)",
            rf"(?:mand\w+|envi\w+|copia|duplicado|descargar|ver|revisar|recibir|consultar|explic\w+|mirar|aclar\w+) (?:\w+ ){{0,4}}{_BILL}",
            r"(?:hasta cuando|que plazo) (?:\w+ ){0,3}(?:pagar|pago)", r"(?:me han|me estan|me habeis|me has|me) (?:cobrado|cobraron|cobran|cobrando|subido|facturado|cargado)",
        ),
        0.6: (rf"{_BILL}", r"facturacion", r"(?:me )?cobra(?:do|n|ron)", r"vencimiento", r"vence", r"iva", r"me (?:ha|han) subido"),
        0.3: (r"pagando", r"cuota", r"importe", r"mas car[oa]"),
    },
    "technical_support": {
        0.9: (
            r"no (?:me |nos )?(?:entran|salen|llegan|funcionan|van) (?:\w+ ){0,2}(?:llamadas?|mensajes|sms|datos)", rf"{_NET} (?:\w+ ){{0,2}}(?:a pedales|a ratos|fatal|me viene|va y (?:me )?viene|me va y me viene)",
            rf"{_NET} (?:\w+ ){{0,3}}no (?:me |nos |se )?(?:funciona|funcionan|va|van|anda|carga|conecta|sirve|agarra|jala|enciende|prende|arranca|llega|da|tira|responde|tiene|hay|se ve|se oye|ve|marcha|abre|deja)",
            rf"no (?:me |nos |se |le )?(?:funciona|funcionan|va|anda|carga|conecta|sirve|agarra|jala|enciende|prende|llega|tira|marcha|da|responde|abre) (?:\w+ ){{0,2}}{_NET}",
            rf"(?:no (?:tengo|tenemos|hay|me llega|agarro)|sin|quedado sin|quede sin|quedamos sin) (?:\w+ ){{0,2}}{_NET}",
            r"no (?:puedo|podemos|consigo|logro|me dejan?) (?:\w+ )?(?:hacer|recibir|realizar|enviar|mandar|contestar) (?:\w+ )?(?:llamadas?|mensajes|sms)", rf"que (?:me |nos )?funcionen? (?:\w+ ){{0,2}}{_NET}",
            r"averia", r"averiad[oa]", r"incidencia", rf"{_NET} (?:\w+ ){{0,3}}(?:lent\w+|mal|fatal|caid[oa]|se cae|corta|cortad[oa]|intermitente|congela\w*|pixela\w*|rot[oa]|estropead[oa]|muert[oa]|fall\w+)",
            rf"(?:lent\w+|fatal|fall\w+|se (?:me |nos )?(?:cae|corta|va|ha ido|ha caido|ha estropeado|fue|cayo)|falla|problemas? (?:con|en|de)|va mal|va muy mal) (?:\w+ ){{0,3}}{_NET}",
            r"se (?:me |nos )?(?:corta|cae|cuelga|congela|desconecta|va la senal)", r"(?:luz|lucecita|piloto|luces) (?:roj[oa]s?|naranja|verde|parpade\w+|apagad[oa]s?)",
            r"soporte(?: tecnico)?", r"problemas? tecnicos?", r"no (?:da|hay|tengo) (?:tono|linea|senal|conexion|cobertura)", r"no (?:puedo|podemos|consigo|logro) (?:\w+ )?(?:conectar\w*|navegar|llamar|entrar|ver la tele|acceder)",
        ),
        0.6: (r"navegar", r"(?:se|os|te|le|la) (?:oye|ve|escucha|oigo|veo) (?:\w+ ){0,2}(?:mal|fatal|borros\w+|entrecortad\w+)", r"(?:error|fallo) (?:al|de|en) \w+", r"no se (?:ve|ven|oye|oyen|escucha|escuchan)", r"canales", r"no (?:me |nos )?funciona", r"no (?:me )?(?:va|sirve|anda|carga|jala|agarra)(?: nada| bien)?$", r"reinici\w+", r"(?:ya )?apague y encendi", r"se cae", r"estropead[oa]", r"no conecta"),
        0.35: (r"router", r"modem", r"wifi", r"internet", r"lent[oa]", r"conexion", r"tecnico"),
    },
    "cancellation": {
        0.92: (
            r"(?:ya )?no (?:lo |la )?(?:voy a |vamos a )?(?:necesit\w+|usar|uso|utiliz\w+|quer\w+) (?:mas )?(?:el |la |este |su |mas )*(?:servicio|linea|contrato|fibra|internet)", r"(?:me quiero|quiero) ir(?:me)? de (?:la |esta |su |vuestra )?(?:compania|empresa)",
            r"(?:dar\w*|darme|darnos|me doy|quiero|tramit\w+|solicit\w+|pedir|hacer|gestion\w+|causar|proceder a|deme|damos) (?:\w+ ){0,2}(?:de )?baja",
            rf"(?:cancel\w+|anul\w+|rescind\w+|termin\w+ con|suspend\w+|dar por terminado|quit\w+|finaliz\w+|acabar con|elimin\w+|cort(?:ar|en|enme|eme|adme)|desactiv\w+) (?:ya )?{_THING}",
            r"(?:dejar|dejo) de ser client\w+", r"(?:no|ya no) (?:quiero|queremos|deseo|me interesa) (?:tener |usar |pagar |mas )?(?:seguir|continuar|ser client\w+|mas (?:el |este |su )?servicio|(?:el|este|su|vuestro) servicio)",
            r"(?:me (?:voy|cambio|paso|quiero ir|quiero cambiar|he cambiado)|irme|cambiarme|pasarme|cambiar) (?:a|de|con) (?:la |otra |una |su )?(?:otra|compania|competencia|operador|empresa|companias)",
            r"(?:portar\w*|llev\w+) (?:\w+ ){0,3}a (?:otra|otro|la competencia)", rf"ya no (?:quiero|queremos|quisiera|deseo) (?:tener |seguir con )?{_THING}",
            r"(?:la|mi) baja", r"cancelacion", r"rescindir", r"desistir",
        ),
        0.7: (r"(?:romper|cancel\w+|anul\w+|quitar\w*|dejar|finiquitar) (?:\w+ ){0,3}(?:contrato|linea|servicio|compania)", r"cancel(?:ar|o|e|en|arlo|arla|enlo|elo|emos)", r"anular(?:lo|la)?", r"de baja", r"portabilidad a otra"),
    },
    "payment": {
        0.88: (r"(?:abono|pago|abonar|pagar|liquido) (?:\w+ ){0,2}(?:factura|recibo) (?:atrasad\w+|pendiente|vencid\w+)", r"cobr\w+ (?:\w+ ){0,5}con (?:la |mi )?(?:visa|tarjeta|mastercard)", r"pagar antes de que",
            r"(?:quiero|queria|quisiera|puedo|voy a|necesito) (?:\w+ ){0,2}(?:pagar|liquidar|abonar|pagarlo|saldar) (?:\w+ ){0,2}(?:lo que debo|la deuda|mi deuda|el adeudo|mi adeudo)",
            r"(?:como|donde|de que forma|por donde|en que sitio|con que) (?:\w+ ){0,3}(?:pago|pagar|pagarl\w+|pagarla|abonar|pagan|hago el pago|realizo el pago|liquid\w+)",
            r"(?:quiero|quisiera|queria|puedo|podria|necesito|me gustaria|vengo a|voy a|deseo|se puede|llamo para|hacer) (?:hacer un |realizar un |hacer el |efectuar un )?(?:pagar|pago|abonar|liquidar|ingresar|saldar|pagarl\w+)",
            r"(?:formas?|metodos?|medios?|maneras?|opciones) de (?:pago|pagar)", r"(?:pagar|pago|pagos|liquidar) (?:\w+ ){0,4}(?:con|por|en|mediante) (?:\w+ )?(?:tarjeta|bizum|transferencia|efectivo|plazos|linea|internet|oxxo|paypal|banco)",
            r"aceptan (?:\w+ )?(?:pagos?|tarjeta|efectivo|bizum|transferencia)", r"(?:fraccionar|aplazar|dividir|domicili\w+) (?:\w+ ){0,2}(?:pago|factura|recibo|deuda|cuota)s?", r"(?:transferencia|bizum) (?:\w+ ){0,3}(?:pag\w+|factura|recibo)",
            r"domiciliacion", r"prorroga",
        ),
        0.4: (r"pagar", r"pago", r"tarjeta", r"transferencia"),
    },
    "sales": {
        0.88: (r"(?:cuanto|que) (?:me )?(?:costaria|valdria|saldria|cobrarian)", r"anadir (?:\w+ )?(?:linea|movil|servicio|television|fibra)", r"(?:ampliar|subir|aumentar) (?:\w+ )?(?:gigas|datos|megas)",
            r"(?:cambiarme|pasarme|venirme|irme|cambiar) a (?:la vuestra|la suya|con ustedes|con vosotros|vuestra|su compania)", r"(?:quiero|queremos|quisiera|queria|me gustaria) (?:poner|tener|instalar) (?:internet|fibra|wifi|linea|television|tele|telefono)", r"(?:algo|tarifa|plan) mas (?:economic[oa]|barat[oa])", r"soy de otra compania", r"y cuanto cuesta",
            r"me interes\w+ (?:\w+ ){0,2}(?:linea|movil|fibra|tarifa|plan|paquete|oferta|television)(?: nuev\w+)?",
            r"(?:ofertas?|promocion(?:es)?|promos?|descuentos?|tarifas? (?:tien\w+|hay|disponibles|nueva|mejor|mas barat\w+))",
            r"contratar", r"(?:me interesa|interesad[oa] en|interesaria|quiero|quisiera|me gustaria|queria) (?:\w+ ){0,3}(?:contratar|comprar|adquirir|poner fibra|alta|dar de alta|una linea nueva|otra linea|nueva linea|mas megas|fibra|una tarifa|un plan|paquete|el servicio de)",
            r"(?:subir|aumentar|ampliar|mejorar|mas|cambiar) (?:de |la |los |mi |mis |el )*(?:megas|velocidad|gigas|tarifa|plan|paquete)", r"(?:cuanto|que|cual) (?:cuesta|vale|precio|precios|cobran|cuestan|es el precio|sale) (?:\w+ ){0,4}(?:fibra|tarifa|tarifas|plan|planes|paquete|internet|linea|movil|tele|television|megas|servicio|servicios|instal\w+|datos)",
            r"(?:precio|precios|coste|costo|planes|paquetes|tarifas) (?:de|del|para|que|hay|tien\w+|con)", r"que (?:planes|tarifas|paquetes|productos|servicios) (?:tien\w+|ofrec\w+|hay|manej\w+)", r"dar(?:me)? de alta (?:\w+ )?(?:linea|fibra|servicio|internet|movil)", r"linea nueva", r"nueva linea", r"portabilidad", r"pasarme a (?:vosotros|ustedes|telenova)", r"hacerme client\w+",
        ),
        0.4: (r"tarifas?", r"oferta", r"precio", r"barat[oa]"),
    },
    "complaint": {
        0.9: (
            r"hasta (?:el gorro|las narices|el mono|el cono|los cojones|la coronilla|la madre)", r"(?:que |una |menuda |vaya )?falta de (?:respeto|educacion|seriedad|profesionalidad)", r"me (?:ha |han )?colg(?:o|aron|ado)(?: el telefono)?", r"(?:son|sois) (?:ustedes |vosotros )?(?:unos|unas) \w+", r"nadie me (?:\w+ )?(?:solucion\w+|resuelv\w+|ayud\w+|hace caso|contest\w+)",
            r"(?:poner|presentar|hacer|interponer|levantar|meter|formular|tramitar) (?:\w+ ){0,2}(?:queja|reclamacion|reclamo|denuncia)", r"hoja de reclamaciones", r"reclamacion(?:es)?", r"(?:una|mi|la) queja", r"quejarme", r"reclamar",
            r"denunci\w+", r"(?:es|sois|son|que|vaya|menuda|menudo|esto es|me parece) (?:una |un )?(?:verguenza|desastre|estafa|tomadura de pelo|robo|ladrones|timo|asco|inutiles|sinverguenzas|ridiculo|intolerable|inaceptable|indignante|vergonzoso|chapuza|abuso)",
            r"(?:trato|atencion|servicio) (?:\w+ ){0,4}(?:pesim[oa]|horrible|fatal|malisim[oa]|nefast[oa]|lamentable|terrible|muy mal[oa]|penos[oa])", r"(?:estoy|estamos|me siento) (?:muy |bastante |tan |super |completamente |realmente )*(?:molest[oa]s?|enfadad[oa]s?|hart[oa]s?|cansad[oa]s?|indignad[oa]s?|descontent[oa]s?|enojad[oa]s?|decepcionad[oa]s?|disgustad[oa]s?|hasta las narices|frustrad[oa]s?|cabread[oa]s?|encabronad[oa]s?)",
            r"(?:pesim[oa]|horrible|malisim[oa]|nefast[oa]) (?:\w+ ){0,2}(?:trato|atencion|servicio)", r"(?:vergonzoso|indignante|intolerable|inaceptable|inadmisible|impresentable)", r"(?:exij\w+|quiero|queremos|pido|merezco|espero) (?:\w+ ){0,4}(?:compensacion|indemnizacion|disculpas?)", r"(?:me teneis|me tienen|me tiene) (?:hart[oa]|frit[oa]|content[oa]|cansad[oa])", r"no hay derecho", r"es (?:la )?(?:tercera|cuarta|quinta|enesima|segunda) vez que", r"consumidor(?:es)?|profeco|consumo",
        ),
        0.5: (r"porqueria", r"mierda", r"basura de", r"verguenza", r"estafa", r"hart[oa]", r"desastre", r"mal servicio", r"mala atencion", r"mala experiencia", r"queja"),
    },
    "transfer_to_agent": {
        0.95: (
            r"(?:hay|tienen|teneis|queda) (?:nadie|alguien)(?: \w+){0,2} (?:con quien|que|para) (?:\w+ )?(?:habl\w+|atiend\w+|ayud\w+)", r"(?:comunic\w+|pas\w+|hablar|conect\w+) (?:\w+ )?con (?:el )?(?:servicio|atencion|departamento|alguien|soporte) ?(?:al cliente|de)?",
            rf"(?:hablar|hable|hablo|charlar|comunic\w+|atienda|atendido|atender) (?:\w+ ){{0,2}}(?:con|por) (?:el |la |un |una |mi |otro |otra |su |tu |vuestro |ese |algun )*{_PERSON}", rf"(?:pas\w+|pon\w+|transfier\w+|transfer\w+|deriv\w+|comuni\w+|conect\w+|enlaz\w+|dirij\w+) (?:\w+ ){{0,2}}(?:con|a|al) (?:el |la |un |una |mi |otro |otra |su |tu |vuestro |ese |algun )*{_PERSON}",
            rf"(?:quiero|necesito|quisiera|deseo|prefiero|dame|deme|hay|exijo|busco|queria) (?:a |hablar |que (?:me )?atienda )?(?:un|una|el|la|algun|alguna|con) {_PERSON}", rf"(?:que )?me (?:atienda|atiende|ayude|llame|conteste) (?:un|una|algun|alguna|otra)? ?{_PERSON}",
            r"(?:no quiero|me niego a|paso de|odio|no me gusta|dejar de) (?:seguir )?(?:hablar|hablando|tratar)? ?(?:con )?(?:un|una|este|esta|la|el|tu|las)? ?(?:maquina|maquinas|robot|robots|contestador|bot|ordenador|grabacion|asistente)", r"de carne y hueso", r"atencion (?:humana|personal(?:izada)?|al cliente)", r"(?:operador|operadora|persona|agente|humano|asesor|representante)(?: por favor)?$", r"con (?:una|un) (?:persona|humano|operador|operadora|agente|asesor)",
            r"pasame (?:ya )?con|paseme con|comuniqueme con|ponme con|pongame con|me comunica con|me pasa con|me pasas con",
        ),
        0.34: (r"una persona", r"un humano", r"un agente", r"operadora?", r"supervisora?", r"encargad[oa]"),
    },
    "schedule_callback": {
        0.92: (r"(?:no )?me (?:llaman|llamais|llamas) (?:ustedes|vosotros|tu|luego|manana|esta)",
            r"(?:llam(?:ar|e|en|ad|a|eme|enme|ame|adme|arme|arnos|eis|es)|marqu\w+|marcar|marc\w+|telefone\w+|contact\w+) (?:\w+ ){0,3}(?:mas tarde|luego|despues|manana|otro (?:dia|momento|rato)|el (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)|la semana|pasado|por la tarde|en otro|a las|cuando|esta tarde|el dia|en una hora|en un rato)",
            r"(?:devolv\w+|devuelv\w+|regres\w+|regres\w+|program\w+|agend\w+|concert\w+|pedir|solicit\w+) (?:\w+ ){0,2}(?:la |una )?(?:llamada|llamadita)", r"(?:que )?(?:me|nos) (?:llam(?:e|en|eis|es|as|an|ais|ara[ns]?|ase[ns]?)|marquen|marque|telefoneen|contacten)", r"(?:me|nos) (?:puede[ns]?|podria[ns]?|podeis|pueden) (?:llamar|marcar|devolver la llamada|contactar)",
            r"(?:llamenme|llameme|llamame|llamadme|marquenme|marqueme|marcame|llamarme)", r"(?:quiero|prefiero|necesito) (?:una |que me devuelvan la )llamada", r"(?:ahora no puedo|no puedo ahora|me pilla mal|estoy ocupad[oa]|estoy trabajando|estoy conduciendo|voy conduciendo|estoy manejando)(?: hablar)?",
        ),
        0.4: (r"una llamada", r"llamada mas tarde", r"mas tarde"),
    },
    "update_contact_info": {
        0.92: (r"tien\w+ (?:mal|equivocad\w+|apuntado|mal apuntado) (?:\w+ )?(?:mi |el )?(?:correo|telefono|nombre|direccion|email|movil|numero)",
            r"(?:telefono|correo|movil|numero|email|direccion|celular) de contacto", r"(?:mi|el) nuevo (?:\w+ )?(?:es|seria)",
            rf"{_CHANGE} (?:de |a )?{_CONTACT}", r"(?:nuevo|nueva|otro|otra) (?:numero de )?(?:telefono|movil|celular|correo|email|direccion|domicilio|e mail|mail)", rf"{_CONTACT} (?:\w+ ){{0,6}}(?:ya no|cambi\w+|antigu[oa]|viej[oa]|equivocad[oa]|incorrect[oa]|erroneo|desactualizad[oa]|no (?:es|vale|sirve|existe|funciona ya|esta actualizad[oa]))",
            rf"(?:he|hemos|me he|acabo de) (?:cambiado|cambiar|mudado|mudar|mudarme|cambiado de) (?:\w+ )?{_CONTACT}?", r"me (?:mude de (?:casa|domicilio|direccion)|cambie de (?:casa|telefono|numero|domicilio))", r"(?:a|en) otro (?:correo|telefono|numero|movil|email|domicilio)", r"(?:un|mi|tengo) nuevo numero|(?:un|mi) numero nuevo", r"mis datos(?: de contacto| personales)?",
        ),
        0.3: (r"correo", r"datos", r"direccion"),
    },
    "appointment": {
        0.9: (
            r"(?:pedir|reserv\w+|coger|sacar|agend\w+|concert\w+|cambiar|anular|cancelar|mover|confirmar|solicitar|dar\w*|program\w+|aplazar|tener|tengo|quiero|necesito|una|mi|la|hacer) (?:\w+ ){0,2}cita(?: previa)?(?! con)", r"cita(?: previa)?(?! con (?:\w+ )?(?:medic|dentista|doctor|abogad|notari|psicolog|fisio))", r"(?:visita|instalacion) (?:\w+ ){0,3}(?:tecnico|instalador|domicilio|casa|programada)", r"(?:venga|vengan|mand\w+|envi\w+|vendra|viene|visite|pase|acuda) (?:\w+ ){0,3}(?:tecnico|instalador|alguien a (?:casa|mi casa|revisar|instalar|mirar)|operario)",
            r"(?:tecnico|instalador|operario) (?:\w+ ){0,4}(?:domicilio|casa|venga|viene|vendra|llega)", r"(?:reservar|pedir|coger) (?:hora|turno|fecha)", r"(?:la|mi|una|esa) visita",
        ),
    },
    "order_status": {
        0.9: (r"(?:enviado|mandado|salido|entregado) (?:ya )?(?:mi|el|la) (?:tarjeta sim|sim|pedido|router|movil|telefono|paquete|tarjeta)",
            r"(?:router|telefono|movil|sim|tarjeta|modem|deco|celular) que (?:\w+ ){0,3}(?:mand\w+|envi\w+|traer|tra\w+|llegar|entregar)",
            r"(?:mi|el|un|los|mis) (?:pedido|pedidos|envio|paquete(?! (?:con|de|mas))|encargo)(?: (?:\w+ ){0,6}(?:lleg\w+|salio|sali\w+|esta|va|viene|entreg\w+|llega|recib\w+|retras\w+|enviad[oa]|donde|tard\w+))?", r"(?:donde|cuando|por donde) (?:\w+ ){0,3}(?:lleg\w+|esta|va|viene|entreg\w+|reci\w+) (?:\w+ ){0,2}(?:pedido|paquete|envio|router|telefono|movil|encargo|sim|tarjeta sim|compra|terminal|equipo)", r"(?:estado|seguimiento|rastre\w+|numero de seguimiento) (?:\w+ ){0,2}(?:pedido|envio|paquete|compra)?",
            r"(?:pedi|compre|encargue|encargado|pedido|comprado|solicite) (?:\w+ ){0,8}(?:no (?:me )?(?:ha |lo )?(?:lleg\w+|recib\w+)|y (?:nada|sigo esperando|todavia))", r"(?:no me ha llegado|no ha llegado|sigo esperando|todavia no (?:me )?(?:llega|ha llegado)|aun no (?:me )?(?:llega|ha llegado)) (?:\w+ ){0,3}(?:pedido|paquete|router|telefono|movil|sim|tarjeta|envio)", r"que (?:encargue|pedi|compre)",
        ),
        0.4: (r"pedido", r"envio", r"no (?:me )?ha llegado"),
    },
    "opening_hours": {
        0.92: (r"(?:que dias|cuando|a que hora) (?:abre|abren|cierra|cierran|atiende|atienden)", r"hasta que hora",
            r"(?:a que hora|cuando|que dias) (?:\w+ )?(?:puedo|se puede|os puedo|los puedo|les puedo) (?:llamar|ir|pasar)\w*", r"(?:domingos?|sabados?|festivos?|lunes|fines de semana|mediodia) (?:\w+ )?(?:atienden|abren|abris|estan|trabajan|hay alguien|esta abierto|cierran)", r"(?:estan|estais|esta) abiert[oa]s?",
            r"(?:que|cual|vuestro|su|el|sus) (?:es (?:el|su|vuestro) )?horarios?", r"horarios?(?: de (?:atencion|apertura|tienda|oficina|la tienda))?", r"(?:a que|hasta que|desde que|que) hora (?:\w+ ){0,2}(?:abr\w+|cierr\w+|cerr\w+|atiend\w+|atend\w+|estan|trabaj\w+|hay|puedo ir|llamar|puedo llamar)",
            r"(?:abren|abris|abris|cierran|cerrais|atienden|atendeis|trabajan|trabajais|estan abiertos?|esta abierto|estan|estais|abre|cierra|abiertos?|abierta) (?:\w+ ){0,3}(?:domingos?|sabados?|lunes|festivos?|fines? de semana|manana|hoy|tarde|noche|24 horas|veinticuatro horas|mediodia|agosto)", r"cuando (?:abren|cierran|abris|cerrais|atienden|estan abiertos)", r"dias (?:abren|atienden|trabajan|abris)",
        ),
    },
    "security": {
        0.92: (r"(?:hecho|hicieron|sacado|sacaron|pedido) (?:\w+ )?duplicado (?:\w+ ){0,3}(?:sim|tarjeta|linea)", r"(?:contrat\w+|dado de alta|abierto|comprado|pedido) (?:\w+ ){0,4}(?:a|en) mi nombre",
            r"(?:entro|entrado|metido|entraron|metieron) en (?:mi|su|la) (?:cuenta|correo|perfil|area)", r"me (?:han|ha) estafado",
            r"(?:han hecho|hicieron|hay|aparecen) (?:\w+ )?(?:compras|cargos|llamadas|pagos|movimientos) (?:\w+ ){0,3}(?:con mi|que no|en mi|raros)", r"(?:haciendose|hacen|hacian|haciendo) pasar por", r"codigos? que (?:yo )?no (?:he )?ped\w+",
            r"(?:fraude|fraudulent[oa]s?|phishing|hacke\w+|jaque\w+|suplant\w+|estafad[oa]|estafando|usurp\w+)", r"(?:me han|me|han|alguien ha|alguien me) (?:robado|robo|robaron|duplicado|clonado|clonaron|hackeado|suplantado|entrado en) (?:\w+ ){0,3}(?:movil|telefono|tarjeta|sim|clave|contrasena|cuenta|celular|identidad|datos|linea)",
            r"(?:usando|usado|utilizando|usa|utiliza|entrado|entrando|accedido) (?:\w+ ){0,3}(?:mi )?(?:linea|cuenta|tarjeta|nombre|identidad|datos|numero|contrasena) ?(?:sin (?:mi )?permiso)?", r"sin (?:mi )?(?:permiso|autorizacion|consentimiento)", r"(?:mensaje|correo|llamada|sms|enlace|link) (?:muy )?(?:sospechos[oa]|rar[oa]|extran[oa]|fals[oa])", r"(?:bloque\w+) (?:\w+ ){0,3}(?:tarjeta|sim|linea|movil|telefono|celular)", r"(?:perdido|perdi|robado|robaron) (?:\w+ ){0,3}(?:movil|telefono|celular|sim|tarjeta)", r"(?:olvid\w+|cambiar|recuperar|restablecer|robado) (?:\w+ ){0,3}(?:contrasena|clave|pin|password)", r"(?:pidieron|pedian|pidiendo|piden) (?:\w+ ){0,3}(?:datos|claves|contrasena|codigo|tarjeta)",
        ),
    },
    "greeting": {
        0.85: (
            r"^(?:muy )?(?:hola|buenas|buenos dias|buenas tardes|buenas noches|buen dia|que tal|alo|saludos|hola hola|digame|diga|oiga|bueno)(?: (?:muy|buenas|buenos|dias|tardes|noches|que|tal|como|esta|estas|senorita|senor|senora|laura|hola|oiga|si|digame|alo|bueno|a|todos|se|encuentra|le|va))*$",
        ),
        0.45: (r"^(?:muy )?(?:hola|buenas|buenos dias|buen dia|que tal|alo)",),
    },
    "farewell": {
        0.9: (r"a dios$", r"^(?:no |pues |bueno |vale |ok )*(?:nada mas|eso es todo|eso era todo|ya esta)(?: (?:muchas )?gracias)?\b(?! que)", r"un saludo$|^un saludo", r"no necesito (?:nada )?mas",
            r"adios", r"hasta (?:luego|pronto|otra|manana|la vista|la proxima|nunca)", r"(?:nada mas|eso es todo|eso era todo|era todo|es todo|esto es todo|ya esta|ya estaria|con eso es suficiente|no necesito (?:nada )?mas|no necesito mas nada)(?: (?:gracias|muchas gracias|por hoy|por ahora|senorita|hasta luego|entonces|adios|de momento))*$", r"(?:chao|chau|ciao|bye|nos vemos|cuidese|cuidate|agur)", r"que (?:tenga|tengas|pase|pases|le vaya|te vaya) (?:un |una |muy |usted )*(?:buen|buena|bien|feliz|lindo|bonito|excelente)", r"^no (?:gracias )?(?:eso es todo|nada mas|ya esta|asi esta bien gracias)", r"(?:puede|puedes|voy a|vamos a) colgar", r"ya puede colgar|ya cuelgo",
        ),
        0.4: (r"^pues nada$", r"muchas gracias por (?:todo|su ayuda|la ayuda|tu ayuda)"),
    },
}  # fmt: skip
"""Intent -> weight -> patterns."""

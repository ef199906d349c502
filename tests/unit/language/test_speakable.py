"""What callers hear of figures, signs and shortened words, in Spain and in Mexico."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.speakable import speakable

SPAIN = [
    (
        "Son 45,50 € al 21 % el 2026-02-15 a las 17:30; llame al 900 123 456",
        "Son cuarenta y cinco euros con cincuenta al veintiuno por ciento el quince de febrero de dos mil veintiséis a las cinco y media de la tarde; llame al nueve cero cero, uno dos tres, cuatro cinco seis",
    ),
    ("son 12,5 gigas", "son doce coma cinco gigas"),
    ("el 2,05 %", "el dos coma cero cinco por ciento"),
    ("1.234,5", "mil doscientos treinta y cuatro coma cinco"),
    ("pulse 1,2,3", "pulse uno, dos, tres"),
    ("2,50", "dos coma cinco"),
    ("Su factura es de 1.234,56 €.", "Su factura es de mil doscientos treinta y cuatro euros con cincuenta y seis."),
    ("Cuesta 10 €/mes el primer año.", "Cuesta diez euros al mes el primer año."),
    ("son -3 €", "son menos tres euros"),
    ("$1,234.50", "mil doscientos treinta y cuatro dólares con cincuenta centavos"),
    ("US$20", "veinte dólares"),
    ("el 100 % de los casos", "el cien por cien de los casos"),
    ("el 15/02/2026", "el quince de febrero de dos mil veintiséis"),
    ("el 3/5", "el tres de mayo"),
    ("vence el 01/03/26.", "vence el uno de marzo de dos mil veintiséis."),
    ("el 1 de enero", "el uno de enero"),
    ("de 9:00 a 14:00 h", "de las nueve de la mañana a las dos de la tarde"),
    ("a las 17.30 h", "a las cinco y media de la tarde"),
    ("a las 5 p. m.", "a las cinco de la tarde."),
    ("a las 9:45 a.m.", "a las diez menos cuarto de la mañana."),
    ("abierto 24 h", "abierto veinticuatro horas"),
    ("abierto 24/7", "abierto veinticuatro horas al día, siete días a la semana"),
    ("dura 1 h y 21 min", "dura una hora y veintiún minutos"),
    ("llame al 654321987", "llame al seis cinco cuatro, tres dos uno, nueve ocho siete"),
    ("al 91 123 45 67", "al nueve uno, uno dos tres, cuatro cinco, seis siete"),
    ("al +34 654 32 19 87", "al más treinta y cuatro, seis cinco cuatro, tres dos, uno nueve, ocho siete"),
    ("+34654321987", "más treinta y cuatro, seis cinco cuatro, tres dos uno, nueve ocho siete"),
    ("marque el 112", "marque el uno uno dos"),
    ("llame al 016", "llame al cero uno seis"),
    ("escriba a ana.lopez@gmail.com", "escriba a ana punto lopez arroba gmail punto com"),
    ("en www.ejemplo.es/ayuda", "en uve doble uve doble uve doble punto ejemplo punto es barra ayuda"),
    ("en ejemplo.com", "en ejemplo punto com"),
    ("fibra de 600 Mbps y 50 GB", "fibra de seiscientos megas por segundo y cincuenta gigas"),
    ("1 GB", "un giga"),
    ("21 GB extra", "veintiún gigas extra"),
    ("a 120 km/h", "a ciento veinte kilómetros por hora"),
    ("hace -5 °C", "hace menos cinco grados"),
    ("20,5 kWh", "veinte coma cinco kilovatios hora"),
    ("80 m²", "ochenta metros cuadrados"),
    ("su DNI 12345678Z", "su de ene i uno dos tres, cuatro cinco seis, siete ocho, zeta"),
    ("el NIE X1234567L", "el nie equis, uno dos tres, cuatro cinco seis siete, ele"),
    ("la CURP y el RFC", "la curp y el erre efe ce"),
    ("el IVA y la SIM", "el iva y la sim"),
    ("líneas ADSL y VPN", "líneas a de ese ele y uve pe ene"),
    ("el pedido AB-1234", "el pedido a be, uno dos tres cuatro"),
    ("4G y 5G", "cuatro ge y cinco ge"),
    ("un MP3", "un eme pe tres"),
    ("matrícula 1234BCD", "matrícula uno dos tres cuatro, be ce de"),
    (
        "IBAN ES91 2100 0418 4502 0005 1332",
        "iban e ese nueve uno, dos uno cero cero, cero cuatro uno ocho, cuatro cinco cero dos, cero cero cero cinco, uno tres tres dos",
    ),
    ("1.º izq.", "primero izquierda."),
    ("el 2.º piso", "el segundo piso"),
    ("la 3ª planta", "la tercera planta"),
    ("1er piso", "primer piso"),
    ("el 3.er aviso", "el tercer aviso"),
    ("Felipe VI", "Felipe sexto"),
    ("Juan Carlos I", "Juan Carlos primero"),
    ("Alfonso XIII", "Alfonso trece"),
    ("Isabel II", "Isabel segunda"),
    ("el siglo XXI", "el siglo veintiuno"),
    ("calle Pío X, 3", "calle Pío décimo, tres"),
    ("Sr. López", "señor López"),
    ("la Sra. Ruiz", "la señora Ruiz"),
    ("D. Juan y Dña. Ana", "don Juan y doña Ana"),
    ("Avda. de la Paz, n.º 3", "avenida de la Paz, número tres"),
    ("C/ Mayor, 21, 3.º dcha.", "calle Mayor, veintiuno, tercero derecha."),
    ("etc.", "etcétera."),
    ("p. ej. mañana", "por ejemplo mañana"),
    ("EE. UU.", "Estados Unidos."),
    ("Telco S.A.", "Telco ese a."),
    ("Telco, S.L.", "Telco, ese ele."),
    ("21 llamadas", "veintiuna llamadas"),
    ("200 personas", "doscientas personas"),
    ("1 línea", "una línea"),
    ("1 día", "un día"),
    ("31 días", "treinta y un días"),
    ("opción 1 para continuar", "opción uno para continuar"),
    ("pulse 1 ahora", "pulse uno ahora"),
    ("quedan 3-5 días", "quedan tres a cinco días"),
    ("2x1", "dos por uno"),
    ("1/2 litro", "medio litro"),
    ("3/4 partes", "tres cuartas partes"),
    ("el 2025", "el dos mil veinticinco"),
    ("21000 personas", "veintiún mil personas"),
    ("21.000 personas", "veintiún mil personas"),
    ("100.000 €", "cien mil euros"),
    ("1.000.000 €", "un millón de euros"),
    ("pulse # o *", "pulse almohadilla o asterisco"),
    ("NO, GRACIAS", "NO, GRACIAS"),
    ("ATENCIÓN: NO CUELGUE", "ATENCIÓN: NO CUELGUE"),
    ("¿Me dice su DNI?", "¿Me dice su de ene i?"),
    ("VISA terminada en 1234", "visa terminada en uno dos tres cuatro"),
    ("sus PINs", "sus pines"),
    ("Ud. debe 3 facturas", "usted debe tres facturas"),
    ("5+2", "cinco más dos"),
    ("el nº 5", "el número cinco"),
    ("tel. 900 123 456", "teléfono nueve cero cero, uno dos tres, cuatro cinco seis"),
    ("cliente 123456", "cliente uno dos tres, cuatro cinco seis"),
    ("3.14159", "tres coma uno cuatro uno cinco nueve"),
    ("un 4,5", "un cuatro coma cinco"),
    ("Movistar 600 Mb por 29,90€/mes", "Movistar seiscientos megas por veintinueve euros con noventa al mes"),
    ("entre 20 y 30 min.", "entre veinte y treinta minutos."),
    ("15 s", "quince segundos"),
    ("el código PIN es 0042", "el código pin es cero cero cuatro dos"),
    ("a 2 m de C/ Sol s/n", "a dos metros de calle Sol sin número"),
    ("la ITV y la ONG", "la i te uve y la o ene ge"),
    ("los SMS", "los ese eme ese"),
    ("12/2026", "diciembre de dos mil veintiséis"),
    ("el año 1999", "el año mil novecientos noventa y nueve"),
    ("los 90", "los noventa"),
    ("11ª planta", "undécima planta"),
    ("20.º aniversario", "vigésimo aniversario"),
    ("Sí, 2 veces", "Sí, dos veces"),
    ("las 9", "las nueve"),
    ("a las 9:05", "a las nueve y cinco de la mañana"),
    ("1.5 GB", "uno coma cinco gigas"),
    ("caduca 12/27", "caduca doce barra veintisiete"),
    (
        "Su saldo es de 37,80 euros y vence el 15/02/2026, llame al 900 123 456 antes de las 17:30 o escriba a ana@x.es con su DNI 12345678Z.",
        "Su saldo es de treinta y siete euros con ochenta y vence el quince de febrero de dos mil veintiséis, llame al nueve cero cero, uno dos tres, cuatro cinco seis antes de las cinco y media de la tarde o escriba a ana arroba x punto es con su de ene i uno dos tres, cuatro cinco seis, siete ocho, zeta.",
    ),
    ("número 7 de 10", "número siete de diez"),
    ("Son 3 a 4 días", "Son tres a cuatro días"),
    ("la 1 de la tarde", "la una de la tarde"),
    ("a la 1", "a la una"),
    ("de 1 a 5", "de uno a cinco"),
    ("quedan 2 GB de 5 GB", "quedan dos gigas de cinco gigas"),
    ("Tiene 1 mensaje nuevo y 2 llamadas perdidas", "Tiene un mensaje nuevo y dos llamadas perdidas"),
    ("28013 Madrid", "dos ocho cero, uno tres Madrid"),
    ("son 0,50 €", "son cincuenta céntimos"),
    ("20 dólares", "veinte dólares"),
    ("1.250 € al año", "mil doscientos cincuenta euros al año"),
    ("hasta 300 Mb simétricos", "hasta trescientos megas simétricos"),
    ("a 5 GHz", "a cinco gigahercios"),
    ("12 cuotas", "doce cuotas"),
    ("231 horas", "doscientas treinta y una horas"),
    ("2 min y 30 s", "dos minutos y treinta segundos"),
    ("la 2.ª factura", "la segunda factura"),
    ("su 1.ª factura", "su primera factura"),
    ("Alfonso X el Sabio", "Alfonso décimo el Sabio"),
    ("Benedicto XVI", "Benedicto dieciséis"),
    ("el capítulo IV", "el capítulo cuatro"),
    ("los SMS y la app", "los ese eme ese y la app"),
    ("el PUK de la SIM", "el puk de la sim"),
    ("la tarifa XL", "la tarifa equis ele"),
    ("Dra. Gil y Dr. Pi", "doctora Gil y doctor Pi"),
    ("Ctra. de Burgos, km 12", "carretera de Burgos, km doce"),
    ("Pza. Mayor, 5", "plaza Mayor, cinco"),
    ("izq.", "izquierda."),
    ("aprox. 30 min", "aproximadamente treinta minutos"),
    ("S. L.", "ese ele."),
    ("50 % de dto.", "cincuenta por ciento de descuento."),
    ("del 3/5 al 7/5", "del tres de mayo al siete de mayo"),
    ("el lunes 4/8", "el lunes cuatro de agosto"),
    ("el 31/02/2026", "el treinta y uno barra cero dos barra dos mil veintiséis"),
    ("a las 00:30", "a las doce y media de la madrugada"),
    ("a las 12:00", "a las doce del mediodía"),
    ("de 8:30 a 20:45", "de las ocho y media de la mañana a las nueve menos cuarto de la noche"),
    ("el PIN 4821", "el pin cuatro ocho dos uno"),
    ("pedido 2024-88A", "pedido dos cero dos cuatro, ocho ocho, a"),
    ("X-123", "equis uno dos tres"),
    ("tarjeta terminada en 0042", "tarjeta terminada en cero cero cuatro dos"),
    ("3 min.", "tres minutos."),
    ("1 l", "un litro"),
    ("2,75 €/kWh", "dos euros con setenta y cinco por kilovatio hora"),
    ("línea 900 100 200", "línea nueve cero cero, uno cero cero, dos cero cero"),
    ("ref. AB12CD34", "referencia a be, uno dos, ce de, tres cuatro"),
    ("vale 1 euro", "vale un euro"),
    ("1.000 €", "mil euros"),
    ("No, 5 no.", "No, cinco no."),
    ("no 5 sino 6", "no cinco sino seis"),
]
MEXICO = [
    ("son $1,234.50", "son mil doscientos treinta y cuatro pesos con cincuenta centavos"),
    ("$45.50 M.N.", "cuarenta y cinco pesos con cincuenta centavos"),
    ("USD 20", "veinte dólares"),
    ("el 1 de enero", "el primero de enero"),
    ("a las 12:45", "a un cuarto para la una de la tarde"),
    ("al 5512345678", "al cinco cinco, uno dos tres cuatro, cinco seis siete ocho"),
    ("al 2221234567", "al dos dos dos, uno dos tres, cuatro cinco seis siete"),
    ("al +52 55 1234 5678", "al más cincuenta y dos, cinco cinco, uno dos tres cuatro, cinco seis siete ocho"),
    ("al (55) 1234 5678", "al cinco cinco, uno dos tres cuatro, cinco seis siete ocho"),
    ("Telco S.A. de C.V.", "Telco ese a de ce ve."),
    ("pulse #", "pulse gato"),
    ("1.5 GB", "uno punto cinco gigas"),
    ("1,500 MB", "mil quinientos megas"),
    ("el 2.5 %", "el dos punto cinco por ciento"),
    (
        "Su saldo es de $1,234.50 y vence el 01/02/2026, llame al 55 1234 5678 antes de las 17:45, con su CURP GODE561231HDFRRL09",
        "Su saldo es de mil doscientos treinta y cuatro pesos con cincuenta centavos y vence el primero de febrero de dos mil veintiséis, llame al cinco cinco, uno dos tres cuatro, cinco seis siete ocho antes de un cuarto para las seis de la tarde, con su curp ge o de e, cinco seis uno, dos tres uno, hache de efe erre erre ele, cero nueve",
    ),
    ("$20", "veinte pesos"),
    ("$1.00", "un peso"),
    ("20 pesos", "veinte pesos"),
    ("1,234,567 pesos", "un millón doscientos treinta y cuatro mil quinientos sesenta y siete pesos"),
    ("el 3/5 a las 9:15", "el tres de mayo a las nueve y cuarto de la mañana"),
    ("su RFC GODE561231GR8", "su erre efe ce ge o de e, cinco seis uno, dos tres uno, ge erre, ocho"),
    ("visite www.ejemplo.mx", "visite triple doble u punto ejemplo punto mx"),
    ("la clave es WVY12", "la clave es doble u ve ye, uno dos"),
    ("marque el 911", "marque el nueve uno uno"),
    ("tel. 81 8123 4567", "teléfono ocho uno, ocho uno dos tres, cuatro cinco seis siete"),
    ("Av. Juárez No. 5, Col. Centro", "avenida Juárez número cinco, colonia Centro"),
    ("el SAT y el IMSS", "el sat y el ims"),
    ("3,5 km", "tres punto cinco kilómetros"),
    ("10.25 %", "diez punto veinticinco por ciento"),
]


@pytest.mark.parametrize(("text", "said"), SPAIN)
def test_a_text_is_written_out_as_it_is_said_in_spain(text: str, said: str) -> None:
    assert speakable(text) == said


@pytest.mark.parametrize(("text", "said"), MEXICO)
def test_a_text_is_written_out_as_it_is_said_in_mexico(text: str, said: str) -> None:
    assert speakable(text, "es-MX") == said


@pytest.mark.parametrize(("text", "language"), [*((t, "es") for t, _ in SPAIN), *((t, "es-MX") for t, _ in MEXICO)])
def test_what_is_written_out_stays_as_it_is_when_it_is_read_again(text: str, language: str) -> None:
    once = speakable(text, language)
    assert speakable(once, language) == once


@pytest.mark.parametrize("text", ["Muchas gracias por llamar. ¿En qué puedo ayudarle?", "Un momento, por favor.", ""])
def test_plain_words_are_left_alone(text: str) -> None:
    assert speakable(text) == text


def test_other_languages_are_left_to_their_voices() -> None:
    assert speakable("It is $5 at 17:30", "en") == "It is $5 at 17:30"


@given(st.text(max_size=40), st.sampled_from(["es", "es-MX"]))
def test_writing_out_never_fails(text: str, language: str) -> None:
    assert isinstance(speakable(text, language), str)


@given(st.text("0123456789.,:/-+€$% ºxGBh", max_size=20))
def test_figures_without_sense_never_fail(text: str) -> None:
    assert isinstance(speakable(text), str)


def test_a_clause_is_written_out_in_less_than_a_millisecond() -> None:
    clauses = [text for text, _ in SPAIN]
    speakable("a las 17:30 del 1/2/2026")  # the names of months are loaded once
    speakable.cache_clear()
    began = time.process_time()
    for clause in clauses:
        speakable(clause)
    assert (time.process_time() - began) / len(clauses) < 0.001
